package dev.millrace.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Compares how fast both stages' tasks are with keys that are spread evenly and with others: in one process, by medians of
 * rounds that take turns, of the CPU time of the tasks' thread. Ends with exit code 1 where a key with half the records
 * costs more than a fifth of the throughput. {@code --json} prints JSON.
 */
public final class SkewComparison {
    private static final int ROUNDS = 9;
    private static final int ROUND_RECORDS = 300_000;
    private static final double BAR = 0.8;

    private SkewComparison() {}

    /**
     * What came of one distribution of keys.
     *
     * @param together records for each second of CPU time of all tasks
     * @param slowest records for each second of CPU time of the task that takes most: the throughput where each has a
     *     processor to itself
     * @param partsPerRecord how many parts go to the receivers for each record
     * @param mostParts the share of them that comes to the receiver that gets most
     * @param ofUniform {@code together}, as a share of the same with uniform keys
     */
    record Speed(
            Keys keys,
            Grouping grouping,
            double together,
            double slowest,
            double partsPerRecord,
            double mostParts,
            double ofUniform) {}

    /** One distribution's load, and what its rounds have come to. */
    private static final class Entrant {
        private final Keys keys;
        private final Grouping grouping;
        private final StagesLoad load;
        private final List<Double> together = new ArrayList<>();
        private final List<Double> slowest = new ArrayList<>();
        private long records;

        private Entrant(Keys keys, Grouping grouping) {
            this.keys = keys;
            this.grouping = grouping;
            this.load = new StagesLoad(keys, grouping);
        }

        private void round(int count) {
            long total = load.totalNanos();
            long sender = load.senderNanos();
            long receiver = load.slowestReceiverNanos();
            load.run(count);
            records += count;
            long most = Math.max(load.senderNanos() - sender, load.slowestReceiverNanos() - receiver);
            together.add(count * 1e9 / Math.max(1, load.totalNanos() - total));
            slowest.add(count * 1e9 / Math.max(1, most));
        }

        private Speed speed(double uniform) {
            double median = Medians.of(together);
            return new Speed(
                    keys,
                    grouping,
                    median,
                    Medians.of(slowest),
                    (double) load.parts() / records,
                    (double) load.mostParts() / load.parts(),
                    median / uniform);
        }
    }

    public static void main(String[] arguments) throws JsonProcessingException {
        List<Speed> speeds = new ArrayList<>(measure(Grouping.KEY_BY, ROUNDS, ROUND_RECORDS));
        speeds.addAll(measure(Grouping.KEY_BY_WITHOUT_COMBINING, ROUNDS, ROUND_RECORDS));
        boolean isWithin = speeds.stream().allMatch(SkewComparison::isWithinBar);
        if (List.of(arguments).contains("--json")) {
            System.out.println(JsonMapper.builder()
                    .build()
                    .writerWithDefaultPrettyPrinter()
                    .writeValueAsString(Map.of("speeds", speeds, "withinBars", isWithin)));
        } else {
            print(speeds, isWithin, System.out);
        }
        System.exit(isWithin ? 0 : 1);
    }

    /** The medians for each distribution, in the order of {@link Keys}, after a round for warming up. */
    static List<Speed> measure(Grouping grouping, int rounds, int roundRecords) {
        List<Entrant> entrants = new ArrayList<>();
        for (Keys keys : Keys.values()) {
            entrants.add(new Entrant(keys, grouping));
        }
        for (int round = 0; round <= rounds; round++) {
            for (Entrant entrant : entrants) {
                entrant.round(roundRecords);
                if (round == 0) {
                    entrant.together.clear();
                    entrant.slowest.clear();
                }
            }
        }
        double uniform = entrants.stream()
                .filter(entrant -> entrant.keys == Keys.UNIFORM)
                .mapToDouble(entrant -> Medians.of(entrant.together))
                .sum();
        return entrants.stream().map(entrant -> entrant.speed(uniform)).toList();
    }

    private static boolean isWithinBar(Speed speed) {
        return speed.keys() != Keys.HALF_ONE_KEY || speed.grouping() != Grouping.KEY_BY || speed.ofUniform() >= BAR;
    }

    private static void print(List<Speed> speeds, boolean isWithin, PrintStream out) {
        out.println("Records per CPU-second of both stages, medians of " + ROUNDS + " rounds of " + ROUND_RECORDS);
        line(
                out,
                "%-13s %-25s %10s %10s %10s %13s %10s",
                "keys",
                "grouping",
                "together",
                "of uniform",
                "slowest",
                "parts/record",
                "most parts");
        for (Speed speed : speeds) {
            line(
                    out,
                    "%-13s %-25s %,10.0f %10.2f %,10.0f %13.3f %10.2f",
                    speed.keys(),
                    speed.grouping(),
                    speed.together(),
                    speed.ofUniform(),
                    speed.slowest(),
                    speed.partsPerRecord(),
                    speed.mostParts());
        }
        out.println(isWithin ? "Within the bar." : "NOT within the bar.");
    }

    private static void line(PrintStream out, String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values));
    }
}

package dev.millrace.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.state.InMemoryStateLogStore;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Counts what commits cost in requests and units of the state table: with a store in memory, which counts by the size of
 * items, and with DynamoDB Local, which says itself what a request takes. Nothing is timed; two runs give the same figures.
 * Ends with exit code 1 where a figure is beyond its bar. {@code --json} prints JSON.
 */
public final class CommitCost {
    private static final String IN_MEMORY = "in memory";
    private static final String DYNAMO_DB_LOCAL = "DynamoDB Local";
    private static final int[] STATE_KEYS = {10_000, 200_000};
    /** More than two laps of the default ring. */
    private static final int LONG_RUN = 16_500;

    private static final Layout SHORT = new Layout(512, 16);
    private static final int SHORT_RUN = 600;

    private CommitCost() {}

    public static void main(String[] arguments) throws JsonProcessingException {
        List<BatchCost> batches = new ArrayList<>();
        List<RunCost> runs = new ArrayList<>();
        try (LocalDynamoDb dynamoDb = new LocalDynamoDb()) {
            for (int stateKeys : STATE_KEYS) {
                batches.addAll(BatchCost.measure(IN_MEMORY, new InMemoryStateLogStore(), stateKeys));
                batches.addAll(BatchCost.measure(DYNAMO_DB_LOCAL, dynamoDb.store("state-" + stateKeys), stateKeys));
            }
            runs.add(RunCost.measure(IN_MEMORY, new InMemoryStateLogStore(), Layout.DEFAULT, LONG_RUN));
            runs.add(RunCost.measure(IN_MEMORY, new InMemoryStateLogStore(), SHORT, SHORT_RUN));
            runs.add(RunCost.measure(DYNAMO_DB_LOCAL, dynamoDb.store("state-run"), SHORT, SHORT_RUN));
        }
        boolean isWithin = batches.stream().allMatch(BatchCost::isWithinBar)
                && runs.stream().allMatch(RunCost::isWithinBars);
        if (List.of(arguments).contains("--json")) {
            System.out.println(JsonMapper.builder()
                    .build()
                    .writerWithDefaultPrettyPrinter()
                    .writeValueAsString(Map.of("batches", batches, "runs", runs, "withinBars", isWithin)));
        } else {
            print(batches, runs, isWithin, System.out);
        }
        System.exit(isWithin ? 0 : 1);
    }

    private static void print(List<BatchCost> batches, List<RunCost> runs, boolean isWithin, PrintStream out) {
        out.println("A batch of 1,000 records that closes no window: requests, and units in brackets");
        line(out, "%-15s %10s %8s | %11s %11s %11s", "store", "state keys", "touched", "entries", "reads", "buckets");
        for (BatchCost cost : batches) {
            line(
                    out,
                    "%-15s %10d %8d | %4d (%4.1f) %4d (%4.1f) %4d (%4.1f)",
                    cost.store(),
                    cost.stateKeys(),
                    cost.keysTouched(),
                    cost.entryWrites(),
                    cost.entryUnits(),
                    cost.reads(),
                    cost.readUnits(),
                    cost.bucketWrites(),
                    cost.bucketUnits());
        }
        out.println();
        out.println("Runs, per batch of 1,000 records: write units of the state table");
        line(
                out,
                "%-15s %10s %8s %6s | %8s %8s %8s | %8s %8s %10s %9s %9s",
                "store",
                "ring",
                "batches",
                "laps",
                "entries",
                "buckets",
                "total",
                "of bound",
                "touched",
                "times less",
                "sink rows",
                "state KB");
        for (RunCost cost : runs) {
            double batchCount = cost.batches();
            line(
                    out,
                    "%-15s %10s %8d %6.2f | %8.2f %8.2f %8.2f | %8.2f %8.1f %10.1f %9.1f %9.1f",
                    cost.store(),
                    cost.layout().ringSlots() + "/" + cost.layout().buckets(),
                    cost.batches(),
                    cost.laps(),
                    cost.entryUnits() / batchCount,
                    cost.bucketUnits() / batchCount,
                    cost.totalUnits() / batchCount,
                    cost.ofBound(),
                    cost.keysTouched() / batchCount,
                    cost.timesLessThanKeys(),
                    cost.emitted() / batchCount,
                    cost.stateBytes() / 1e3);
        }
        out.println();
        out.println(isWithin ? "All within their bars." : "NOT all within their bars.");
    }

    private static void line(PrintStream out, String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values));
    }
}

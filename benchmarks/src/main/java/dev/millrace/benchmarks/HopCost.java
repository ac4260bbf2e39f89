package dev.millrace.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Counts what it costs that purchases are grouped by product in a stage of its own: entries, requests to the internal stream,
 * and bytes on it, with combining and without, and as if each record were put again by its new key. Requests are those that
 * the client sends to the embedded Kinesis. Nothing is timed; two runs give the same figures. Ends with exit code 1 where a
 * figure is beyond its bar. {@code --json} prints JSON, {@code --short} makes shorter runs.
 */
public final class HopCost {
    private static final int BATCHES = 2_000;
    private static final int SHORT_BATCHES = 200;
    private static final int LARGER = 10;

    private HopCost() {}

    public static void main(String[] arguments) throws JsonProcessingException {
        List<String> options = List.of(arguments);
        int batches = options.contains("--short") ? SHORT_BATCHES : BATCHES;
        List<HopRun> runs = new ArrayList<>();
        try (LocalKinesis kinesis = new LocalKinesis()) {
            for (int times : new int[] {1, LARGER}) {
                for (Grouping grouping : List.of(Grouping.KEY_BY, Grouping.KEY_BY_WITHOUT_COMBINING)) {
                    runs.add(HopRun.measure(kinesis, grouping, times * CountingPartition.BATCH, batches / times));
                }
            }
        }
        List<PartOverhead> overheads = PartOverhead.measure();
        boolean isWithin = runs.stream().allMatch(run -> run.grouping() != Grouping.KEY_BY || run.isWithinBars())
                && overheads.stream().allMatch(PartOverhead::isWithinBar);
        if (options.contains("--json")) {
            System.out.println(JsonMapper.builder()
                    .build()
                    .writerWithDefaultPrettyPrinter()
                    .writeValueAsString(Map.of("runs", runs, "overheads", overheads, "withinBars", isWithin)));
        } else {
            print(runs, overheads, isWithin, System.out);
        }
        System.exit(isWithin ? 0 : 1);
    }

    private static void print(List<HopRun> runs, List<PartOverhead> overheads, boolean isWithin, PrintStream out) {
        out.println("Entries and requests: the most of a batch that closes no window, and the mean of all in brackets");
        line(
                out,
                "%-25s %8s %8s | %12s %14s %12s",
                "grouping",
                "records",
                "batches",
                "sender",
                "receivers, each",
                "PutRecords");
        for (HopRun run : runs) {
            double count = run.batches();
            line(
                    out,
                    "%-25s %8d %8d | %4d (%5.2f) %6d (%5.2f) %5d (%5.2f)",
                    run.grouping(),
                    run.batchRecords(),
                    run.batches(),
                    run.mostSenderEntries(),
                    run.senderEntries() / count,
                    run.mostReceiverEntries(),
                    run.receiverEntries() / count / 2,
                    run.mostRequests(),
                    run.requests() / count);
        }
        out.println();
        out.println("The internal stream, per batch");
        line(
                out,
                "%-25s %8s | %8s %10s %12s %9s %14s",
                "grouping",
                "records",
                "records",
                "bytes",
                "plain bytes",
                "of plain",
                "of uncombined");
        for (HopRun run : runs) {
            double count = run.batches();
            line(
                    out,
                    "%-25s %8d | %8.2f %10.0f %12.0f %9.4f %14.4f",
                    run.grouping(),
                    run.batchRecords(),
                    run.records() / count,
                    run.bytes() / count,
                    run.plainBytes() / count,
                    run.ofPlain(),
                    run.bytes() / (double) uncombined(runs, run).bytes());
        }
        out.println();
        out.println("Bytes of a packed record for each of its 100 parts, beside keys and accumulators");
        line(out, "%-10s %12s %8s %8s | %8s %8s", "keys", "keys, values", "raw", "packed", "raw/part", "packed/part");
        for (PartOverhead overhead : overheads) {
            line(
                    out,
                    "%-10s %12d %8d %8d | %8.2f %8.2f",
                    overhead.keys(),
                    overhead.content(),
                    overhead.raw(),
                    overhead.packed(),
                    overhead.rawPerPart(),
                    overhead.packedPerPart());
        }
        out.println();
        out.println(isWithin ? "All within their bars." : "NOT all within their bars.");
    }

    private static HopRun uncombined(List<HopRun> runs, HopRun like) {
        return runs.stream()
                .filter(run -> run.batchRecords() == like.batchRecords() && run.grouping() != Grouping.KEY_BY)
                .findFirst()
                .orElseThrow();
    }

    private static void line(PrintStream out, String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values));
    }
}

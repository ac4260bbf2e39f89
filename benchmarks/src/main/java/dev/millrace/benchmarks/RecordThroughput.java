package dev.millrace.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.driver.BatchItem;
import dev.millrace.engine.SourceRecord;
import dev.millrace.local.runner.Guarantee;
import dev.millrace.local.runner.Runner;
import dev.millrace.local.runner.RunnerSettings;
import dev.millrace.plan.Plan;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many records a second the record-at-a-time runner takes at the most, at least once, with two shards and two workers: clicks
 * that are decoded already, counted by page and minute, and words of lines of text, counted by word and minute, with
 * results on close. Whole jobs, from the first read until all windows are closed; the first ones warm up. Every job's results are
 * added up, and must come to what was put in. {@code --jobs N} says how many count, {@code --json} prints JSON.
 */
public final class RecordThroughput {
    private static final int SHARDS = 2;
    private static final int CLICKS = 3_000_000;
    private static final int PAGES = 10_000;
    private static final int LINES = 400_000;
    private static final int WORDS_A_LINE = 12;
    private static final long EVENTS_A_MINUTE = 1_000_000;
    private static final long MINUTE_MILLIS = 60_000;
    private static final byte[] NO_DATA = {};
    private static final int WARM_UPS = 3;
    private static final long BASE = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();

    private RecordThroughput() {}

    private record Rate(double perSecond, double perCpuSecond) {}

    public static void main(String[] arguments) throws JsonProcessingException, InterruptedException {
        List<String> options = List.of(arguments);
        int jobs = options.contains("--jobs") ? Integer.parseInt(options.get(options.indexOf("--jobs") + 1)) : 7;
        Map<String, Map<String, Double>> rates = new LinkedHashMap<>();
        try (RecordAtATime runtime = new RecordAtATime()) {
            rates.put("clicks", measure(runtime, jobs, MinuteCounts.ofClicks(), clicks(), SHARDS * (long) CLICKS));
            rates.put(
                    "words",
                    measure(runtime, jobs, MinuteCounts.ofWords(), lines(), SHARDS * (long) LINES * WORDS_A_LINE));
        }
        if (options.contains("--json")) {
            System.out.println(JsonMapper.builder()
                    .build()
                    .writerWithDefaultPrettyPrinter()
                    .writeValueAsString(rates));
        } else {
            System.out.printf(Locale.ROOT, "%-8s %22s %22s%n", "counted", "million a second", "a CPU-second");
            rates.forEach((what, rate) -> System.out.printf(
                    Locale.ROOT, "%-8s %22.2f %22.2f%n", what, rate.get("perSecond"), rate.get("perCpuSecond")));
        }
    }

    private static List<List<BatchItem>> clicks() {
        Zipf zipf = new Zipf(PAGES, 1.1, 1);
        String[] pages = new String[PAGES];
        for (int i = 0; i < PAGES; i++) {
            pages[i] = "/page-" + (100_000 + i);
        }
        List<List<BatchItem>> shards = new ArrayList<>();
        for (int shard = 0; shard < SHARDS; shard++) {
            List<BatchItem> items = new ArrayList<>(CLICKS);
            for (int i = 0; i < CLICKS; i++) {
                long millis = BASE + i * MINUTE_MILLIS / EVENTS_A_MINUTE;
                MinuteCounts.Click click =
                        new MinuteCounts.Click("user", pages[zipf.next()], Instant.ofEpochMilli(millis));
                items.add(BatchItem.decoded(new SourceRecord(click.page(), NO_DATA, null, millis), click));
            }
            shards.add(items);
        }
        return shards;
    }

    private static List<List<BatchItem>> lines() {
        Zipf zipf = new Zipf(PAGES, 1.1, 2);
        List<List<BatchItem>> shards = new ArrayList<>();
        for (int shard = 0; shard < SHARDS; shard++) {
            List<BatchItem> items = new ArrayList<>(LINES);
            for (int i = 0; i < LINES; i++) {
                StringBuilder line = new StringBuilder();
                for (int word = 0; word < WORDS_A_LINE; word++) {
                    line.append(word == 0 ? "" : " ").append("word").append(zipf.next());
                }
                long millis = BASE + (long) i * WORDS_A_LINE * MINUTE_MILLIS / EVENTS_A_MINUTE;
                byte[] data = line.toString().getBytes(StandardCharsets.UTF_8);
                items.add(BatchItem.of(new SourceRecord("", data, null, millis)));
            }
            shards.add(items);
        }
        return shards;
    }

    private static Map<String, Double> measure(
            RecordAtATime runtime, int jobs, MinuteCounts counts, List<List<BatchItem>> shards, long events)
            throws InterruptedException {
        List<Double> perSecond = new ArrayList<>();
        List<Double> perCpuSecond = new ArrayList<>();
        for (int job = 0; job < WARM_UPS + jobs; job++) {
            Rate rate = job(runtime, counts.plan(job), shards, events);
            if (job >= WARM_UPS) {
                perSecond.add(rate.perSecond / 1e6);
                perCpuSecond.add(rate.perCpuSecond / 1e6);
            }
        }
        return Map.of("perSecond", Medians.of(perSecond), "perCpuSecond", Medians.of(perCpuSecond));
    }

    private static Rate job(RecordAtATime runtime, Plan plan, List<List<BatchItem>> shards, long events)
            throws InterruptedException {
        LongAdder counted = new LongAdder();
        MemoryStream source =
                new MemoryStream(shards.stream().map(RecordThroughput::feed).toList());
        RunnerSettings settings = RunnerSettings.defaults()
                .withGuarantee(Guarantee.AT_LEAST_ONCE)
                .withCommitInterval(Duration.ofSeconds(5))
                .withWorkers(2);
        long cpuNanos = RecordAtATime.processCpuNanos();
        long nanos = System.nanoTime();
        try (Runner runner = runtime.start(
                plan,
                source,
                2,
                settings,
                payload -> counted.add(ByteBuffer.wrap(payload).getLong()))) {
            while (!runner.awaitEnd(60_000)) {
                if (System.nanoTime() - nanos > Duration.ofMinutes(5).toNanos()) {
                    throw new IllegalStateException("the job does not end: " + runner.heldUp());
                }
            }
            nanos = System.nanoTime() - nanos;
            cpuNanos = RecordAtATime.processCpuNanos() - cpuNanos;
        }
        if (counted.sum() != events) {
            throw new IllegalStateException("the results come to " + counted.sum() + " of " + events + " events");
        }
        return new Rate(events * 1e9 / nanos, events * 1e9 / cpuNanos);
    }

    private static MemoryStream.Feed feed(List<BatchItem> items) {
        return new MemoryStream.Feed() {
            private int next;

            @Override
            public @org.jspecify.annotations.Nullable List<BatchItem> next(int limit, Duration timeout) {
                if (next == items.size()) {
                    return null;
                }
                int from = next;
                next = Math.min(items.size(), from + limit);
                return items.subList(from, next);
            }
        };
    }
}

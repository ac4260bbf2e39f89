package dev.millrace.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.Aggregation;
import dev.millrace.CollectingSink;
import dev.millrace.Emission;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Result;
import dev.millrace.codec.Codec;
import dev.millrace.codec.Codecs;
import dev.millrace.local.runner.Guarantee;
import dev.millrace.local.runner.Runner;
import dev.millrace.local.runner.RunnerSettings;
import dev.millrace.plan.Plan;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SynchronizedHistogram;

/**
 * How long after a record was to be sent its result is at the sink: 200,000 records a second of 10,000 keys, counted by key in a stage
 * behind a {@code keyBy}, with a result for each, from memory to memory. A result that is of several records counts with the
 * first of them. Beside it a bare loop, which takes the same records from the same source and counts them in a hash map, in the
 * same process: what is in both is the machine's. {@code --seconds N} says how long each is measured, {@code --guarantee G} takes
 * another than at-least-once, {@code --json} prints JSON.
 */
public final class RecordLatency {
    private static final int WARM_UP_SECONDS = 10;
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(60);

    private RecordLatency() {}

    /** How many of a key there were, and when the first was to be sent that its last result had not. */
    private record Count(long count, long sinceNanos) {}

    public static void main(String[] arguments) throws JsonProcessingException, InterruptedException {
        List<String> options = List.of(arguments);
        int seconds = Integer.parseInt(option(options, "--seconds", "20"));
        Guarantee guarantee = Guarantee.of(option(options, "--guarantee", "at-least-once"));
        Map<String, Map<String, Object>> results = new LinkedHashMap<>();
        try (RecordAtATime runtime = new RecordAtATime()) {
            Histogram latencies = new SynchronizedHistogram(MOST_NANOS, 3);
            SteadyEvents events = new SteadyEvents();
            RunnerSettings settings = RunnerSettings.defaults()
                    .withGuarantee(guarantee)
                    .withCommitInterval(
                            guarantee == Guarantee.AT_LEAST_ONCE ? Duration.ofSeconds(5) : Duration.ofMillis(50));
            try (Runner runner = runtime.start(
                    Plan.of(pipeline()),
                    new MemoryStream(List.of(events)),
                    2,
                    settings,
                    payload -> record(latencies, ByteBuffer.wrap(payload).getLong(Long.BYTES)))) {
                TimeUnit.SECONDS.sleep(WARM_UP_SECONDS);
                results.put(guarantee.toString(), measure(latencies, seconds));
                if (runner.heldUp().isPresent()) {
                    throw new IllegalStateException(runner.heldUp().get());
                }
            }
        }
        Histogram bare = new SynchronizedHistogram(MOST_NANOS, 3);
        BareLoop loop = new BareLoop(new SteadyEvents(), since -> record(bare, since));
        loop.start();
        TimeUnit.SECONDS.sleep(WARM_UP_SECONDS);
        results.put("bare loop", measure(bare, seconds));
        loop.end();
        if (options.contains("--json")) {
            System.out.println(JsonMapper.builder()
                    .build()
                    .writerWithDefaultPrettyPrinter()
                    .writeValueAsString(results));
        } else {
            results.forEach((what, figures) -> System.out.printf(Locale.ROOT, "%-14s %s%n", what, figures));
        }
    }

    private static String option(List<String> options, String name, String otherwise) {
        int at = options.indexOf(name);
        return at < 0 ? otherwise : options.get(at + 1);
    }

    private static void record(Histogram latencies, long sinceNanos) {
        latencies.recordValue(Math.min(MOST_NANOS, Math.max(0, System.nanoTime() - sinceNanos)));
    }

    private static Map<String, Object> measure(Histogram latencies, int seconds) throws InterruptedException {
        latencies.reset();
        long cpuNanos = RecordAtATime.processCpuNanos();
        long nanos = System.nanoTime();
        TimeUnit.SECONDS.sleep(seconds);
        nanos = System.nanoTime() - nanos;
        cpuNanos = RecordAtATime.processCpuNanos() - cpuNanos;
        Histogram taken = latencies.copy();
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("results", taken.getTotalCount());
        figures.put("cores", Math.round(100.0 * cpuNanos / nanos) / 100.0);
        for (double percentile : new double[] {50, 90, 99, 99.9, 99.99}) {
            figures.put("p" + percentile + " us", taken.getValueAtPercentile(percentile) / 1_000.0);
        }
        figures.put("max us", taken.getMaxValue() / 1_000.0);
        return figures;
    }

    private static Pipeline pipeline() {
        PipelineBuilder pipeline = Pipeline.named("steady").deadLetters("steady-dead-letters");
        pipeline.from("steady", Codecs.json(SteadyEvents.Event.class), EventTime.ingestion())
                .keyBy(SteadyEvents.Event::key)
                .aggregate(new Counting())
                .emit(Emission.onUpdate())
                .map(Result::value)
                .collect(new CollectingSink<>("counts", new CountCodec()));
        return pipeline.build();
    }

    private static final class Counting implements Aggregation<SteadyEvents.Event, Count, Count> {
        @Override
        public Count create() {
            return new Count(0, 0);
        }

        @Override
        public Count add(Count before, SteadyEvents.Event event) {
            return new Count(before.count + 1, before.count == 0 ? event.dueNanos() : before.sinceNanos);
        }

        @Override
        public Count merge(Count before, Count more) {
            return new Count(before.count + more.count, more.sinceNanos);
        }

        @Override
        public Count result(Count count) {
            return count;
        }

        @Override
        public Codec<Count> accumulatorCodec() {
            return new CountCodec();
        }
    }

    private static final class CountCodec implements Codec<Count> {
        @Override
        public byte[] encode(Count count) {
            return ByteBuffer.allocate(2 * Long.BYTES)
                    .putLong(count.count)
                    .putLong(count.sinceNanos)
                    .array();
        }

        @Override
        public Count decode(byte[] bytes) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            return new Count(buffer.getLong(), buffer.getLong());
        }
    }
}

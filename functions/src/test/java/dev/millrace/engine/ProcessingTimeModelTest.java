package dev.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Aggregations;
import dev.millrace.CollectingSink;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Windows;
import dev.millrace.codec.Codecs;
import dev.millrace.engine.Scenario.Input;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Windows of processing time against records put by hand into the windows of the times at which they were processed. A clock
 * that goes back does not take a record back; and, whatever the events say, nothing is late.
 */
class ProcessingTimeModelTest {
    private static final long BASE = 1_000_000;
    private static final int GAP = 15;
    private static final List<Windows> WINDOWS = List.of(
            Windows.tumbling(Duration.ofMillis(50)),
            Windows.sliding(Duration.ofMillis(60), Duration.ofMillis(20)),
            Windows.sliding(Duration.ofMillis(50), Duration.ofMillis(20)),
            Windows.session(Duration.ofMillis(GAP)));

    private static Pipeline pipeline(Windows windows) {
        PipelineBuilder builder = Pipeline.named("processing");
        builder.from("events", Event.CODEC, EventTime.processing())
                .keyByPartitionKey(Event::key)
                .window(windows)
                .aggregate(Aggregations.sumLong(Event::number))
                .map(result -> result.key() + " " + result.window().start().toEpochMilli() + "-"
                        + result.window().end().toEpochMilli() + ": " + result.value())
                .collect(new CollectingSink<>("out", Codecs.string()));
        return builder.build();
    }

    private static List<Input> inputs(Random random) {
        List<Input> inputs = new ArrayList<>();
        long now = BASE;
        boolean ticked = false;
        int count = random.nextInt(50);
        for (int i = 0; i < count; i++) {
            now += random.nextInt(25);
            if (random.nextInt(6) == 0) {
                inputs.add(new Input.Tick(now, random.nextBoolean()));
                ticked = true;
            } else {
                Event event = new Event(List.of("a", "b", "c").get(random.nextInt(3)), random.nextInt(), i);
                // After a tick the clock is right: whether a tick counts depends on what it closes.
                long processed = ticked || random.nextInt(4) > 0 ? now : now - random.nextInt(40);
                inputs.add(new Input.Arrival(event, processed));
                ticked = false;
            }
        }
        inputs.add(new Input.Tick(now + 1_000, false));
        return inputs;
    }

    private record Span(String key, long start, long end, long sum) {
        String text() {
            return key + " " + start + "-" + end + ": " + sum;
        }
    }

    private static List<String> model(Windows windows, List<Input> inputs) {
        Map<String, List<Event>> byKey = new TreeMap<>();
        long latest = Long.MIN_VALUE;
        for (Input input : inputs) {
            if (input instanceof Input.Arrival arrival) {
                latest = Math.max(latest, arrival.arrivalMillis());
                Event event = arrival.event();
                byKey.computeIfAbsent(event.key(), key -> new ArrayList<>())
                        .add(new Event(event.key(), latest, event.number()));
            }
        }
        List<Span> spans = new ArrayList<>();
        byKey.forEach((key, events) ->
                spans.addAll(windows instanceof Windows.Session ? sessions(key, events) : fixed(key, events, windows)));
        return spans.stream()
                .sorted(Comparator.comparingLong(Span::end).thenComparing(Span::key))
                .map(Span::text)
                .toList();
    }

    private static List<Span> fixed(String key, List<Event> events, Windows windows) {
        long size = windows instanceof Windows.Sliding sliding
                ? sliding.size().toMillis()
                : ((Windows.Tumbling) windows).size().toMillis();
        long slide =
                windows instanceof Windows.Sliding sliding ? sliding.slide().toMillis() : size;
        List<Span> spans = new ArrayList<>();
        for (long start = BASE - 10 * slide; start < BASE + 100 * slide; start += slide) {
            long from = start;
            List<Event> inside = events.stream()
                    .filter(event -> event.timeMillis() >= from && event.timeMillis() < from + size)
                    .toList();
            if (!inside.isEmpty()) {
                spans.add(new Span(key, start, start + size, sum(inside)));
            }
        }
        return spans;
    }

    private static List<Span> sessions(String key, List<Event> events) {
        List<Span> spans = new ArrayList<>();
        int first = 0;
        for (int i = 1; i <= events.size(); i++) {
            if (i == events.size()
                    || events.get(i).timeMillis() - events.get(i - 1).timeMillis() >= GAP) {
                long end = events.get(i - 1).timeMillis() + GAP;
                spans.add(new Span(key, events.get(first).timeMillis(), end, sum(events.subList(first, i))));
                first = i;
            }
        }
        return spans;
    }

    private static long sum(List<Event> events) {
        return events.stream().mapToLong(Event::number).sum();
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void whenRecordsAreProcessedInBatchesWithFaults_thenResultsAreThoseOfTheModel(@ForAll long seed) {
        Random random = new Random(seed);
        List<Input> inputs = inputs(random);
        Windows windows = WINDOWS.get(random.nextInt(WINDOWS.size()));
        Limits limits = new Limits(List.of(1, 2, 1_000).get(random.nextInt(3)), 1_000_000);
        FaultyRun run = new FaultyRun(pipeline(windows), limits, 1 + random.nextInt(3), inputs, random.nextLong());
        TestEnvironment last = run.run();

        assertThat(run.partition().outputs("collection:out")).isEqualTo(model(windows, inputs));
        assertThat(last.counts()).isEmpty();
    }
}

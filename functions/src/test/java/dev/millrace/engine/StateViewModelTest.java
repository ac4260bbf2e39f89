package dev.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Aggregations;
import dev.millrace.EventTime;
import dev.millrace.KeyedStream;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Windows;
import dev.millrace.engine.Scenario.Input;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What is shown of keyed state, against each open window's records. Records come in order, so that none is late. */
class StateViewModelTest {
    private static final long BASE = 1_000_000;
    private static final List<String> KEYS = List.of("a", "b", "c");
    private static final List<Windows> WINDOWS = List.of(
            Windows.tumbling(Duration.ofMillis(50)),
            Windows.sliding(Duration.ofMillis(60), Duration.ofMillis(20)),
            Windows.sliding(Duration.ofMillis(50), Duration.ofMillis(20)),
            Windows.sliding(Duration.ofMillis(35), Duration.ofMillis(30)),
            Windows.session(Duration.ofMillis(15)));

    private static Pipeline pipeline(Duration lateness) {
        PipelineBuilder builder = Pipeline.named("view");
        KeyedStream<String, Event> keyed = builder.from(
                        "events",
                        Event.CODEC,
                        EventTime.<Event>extracted(event -> Instant.ofEpochMilli(event.timeMillis()), Duration.ZERO))
                .keyByPartitionKey(Event::key);
        for (int i = 0; i < WINDOWS.size(); i++) {
            keyed.window(WINDOWS.get(i).withAllowedLateness(lateness))
                    .aggregate(Aggregations.sumLong(Event::number))
                    .named("windows-" + i);
        }
        keyed.aggregate(Aggregations.sumLong(Event::number)).named("running");
        return builder.build();
    }

    private static List<Input> inputs(Random random) {
        List<Input> inputs = new ArrayList<>();
        long time = BASE;
        int count = 1 + random.nextInt(40);
        for (int i = 0; i < count; i++) {
            time += random.nextInt(15);
            inputs.add(new Input.Arrival(new Event(KEYS.get(random.nextInt(KEYS.size())), time, i), time));
        }
        return inputs;
    }

    /** The windows of a key's events that are not over, each as its start, end and sum. */
    private static List<String> open(List<Event> events, Windows windows, long closedMillis) {
        List<String> open = new ArrayList<>();
        if (windows instanceof Windows.Session session) {
            long gap = session.gap().toMillis();
            int first = 0;
            for (int i = 1; i <= events.size(); i++) {
                long end = events.get(i - 1).timeMillis() + gap;
                if (i == events.size() || events.get(i).timeMillis() >= end) {
                    if (end > closedMillis) {
                        open.add(text(events.get(first).timeMillis(), end, events.subList(first, i)));
                    }
                    first = i;
                }
            }
            return open;
        }
        long size = windows instanceof Windows.Sliding sliding
                ? sliding.size().toMillis()
                : ((Windows.Tumbling) windows).size().toMillis();
        long slide =
                windows instanceof Windows.Sliding sliding ? sliding.slide().toMillis() : size;
        TreeSet<Long> starts = new TreeSet<>();
        for (Event event : events) {
            for (long start = event.timeMillis() / slide * slide; start + size > event.timeMillis(); start -= slide) {
                starts.add(start);
            }
        }
        for (long start : starts.tailSet(closedMillis - size, false)) {
            open.add(text(
                    start,
                    start + size,
                    events.stream()
                            .filter(event -> event.timeMillis() >= start && event.timeMillis() < start + size)
                            .toList()));
        }
        return open;
    }

    private static String text(long start, long end, List<Event> events) {
        return start + "-" + end + ": "
                + events.stream().mapToLong(Event::number).sum();
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void whatIsShownOfAKey_isEachOpenWindowsRecords(@ForAll long seed) {
        Random random = new Random(seed);
        List<Input> inputs = inputs(random);
        int lateness = random.nextInt(3) * 20;
        Pipeline pipeline = pipeline(Duration.ofMillis(lateness));
        FaultyRun run = new FaultyRun(pipeline, Limits.DEFAULT, 2, inputs, random.nextLong());
        run.run();
        long watermark = run.partition().progress().watermark();
        StateView view = new StateView(pipeline, States.committed(run.partition()), watermark);

        for (String key : KEYS) {
            List<Event> events = inputs.stream()
                    .map(input -> ((Input.Arrival) input).event())
                    .filter(event -> event.key().equals(key))
                    .toList();
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < WINDOWS.size(); i++) {
                for (String result : open(events, WINDOWS.get(i), watermark - lateness)) {
                    expected.add("windows-" + i + " " + result);
                }
            }
            if (!events.isEmpty()) {
                expected.add("running " + text(Progress.NO_TIME, Progress.NO_TIME, events));
            }
            assertThat(view.results(key))
                    .extracting(result -> result.operator() + " " + result.startMillis() + "-" + result.endMillis()
                            + ": " + result.value())
                    .isEqualTo(expected);
        }
        assertThat(view.keys()).extracting(StateView.KeySize::key).isSubsetOf(KEYS);
    }
}

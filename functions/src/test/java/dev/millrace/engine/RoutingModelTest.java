package dev.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.CollectingSink;
import dev.millrace.EventStream;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Where splits, branches and merges send values. A branch takes the numbers that are set in its mask. */
class RoutingModelTest {
    private static final int NUMBERS = 8;

    private static boolean isIn(int mask, Event event) {
        return (mask >> event.number() & 1) == 1;
    }

    /**
     * A split into branches and, perhaps, the rest; each even branch is split once more by the last mask. The odd branches are
     * merged, and with them all records.
     */
    private static Pipeline pipeline(List<Integer> masks, int innerMask, boolean hasRest) {
        PipelineBuilder builder = Pipeline.named("routes");
        EventStream<Event> events = builder.from("events", Event.CODEC, EventTime.ingestion());
        Split<Event> split = events.split();
        EventStream<Event> merged = events;
        for (int i = 0; i < masks.size(); i++) {
            int mask = masks.get(i);
            EventStream<Event> branch = split.branch(event -> isIn(mask, event));
            branch.collect(sink("branch-" + i));
            if (i % 2 == 0) {
                Split<Event> inner = branch.split();
                inner.branch(event -> isIn(innerMask, event)).collect(sink("inner-" + i));
                inner.otherwise().collect(sink("inner-rest-" + i));
            } else {
                merged = merged.merge(branch);
            }
        }
        if (hasRest) {
            split.otherwise().collect(sink("rest"));
        }
        merged.collect(sink("merged"));
        return builder.build();
    }

    private static CollectingSink<Event> sink(String name) {
        return new CollectingSink<>(name, Event.CODEC);
    }

    private static Map<String, List<String>> model(
            List<Event> events, List<Integer> masks, int innerMask, boolean hasRest) {
        Map<String, List<String>> expected = new TreeMap<>();
        for (Event event : events) {
            int first = 0;
            while (first < masks.size() && !isIn(masks.get(first), event)) {
                first++;
            }
            add(expected, "merged", event);
            if (first == masks.size()) {
                if (hasRest) {
                    add(expected, "rest", event);
                }
                continue;
            }
            add(expected, "branch-" + first, event);
            if (first % 2 == 0) {
                add(expected, (isIn(innerMask, event) ? "inner-" : "inner-rest-") + first, event);
            } else {
                add(expected, "merged", event);
            }
        }
        return expected;
    }

    private static void add(Map<String, List<String>> outputs, String sink, Event event) {
        outputs.computeIfAbsent("collection:" + sink, name -> new ArrayList<>())
                .add(event.key() + "," + event.timeMillis() + "," + event.number());
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void whenValuesAreSplitAndMerged_thenEachGoesToJustTheFirstBranchThatTakesIt(
            @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 0, max = 255) Integer> masks,
            @ForAll @IntRange(min = 0, max = 255) int innerMask,
            @ForAll boolean hasRest,
            @ForAll @Size(max = 20) List<@IntRange(min = 0, max = NUMBERS - 1) Integer> numbers) {
        List<Event> events = new ArrayList<>();
        numbers.forEach(number -> events.add(new Event("k", events.size(), number)));
        TestEnvironment environment = TestEnvironment.of(pipeline(masks, innerMask, hasRest));
        events.forEach(environment::process);

        Map<String, List<String>> actual = new TreeMap<>();
        environment.partition().entries().stream()
                .flatMap(entry -> entry.outbox().stream())
                .map(Output::sink)
                .distinct()
                .forEach(sink -> actual.put(sink, environment.partition().outputs(sink)));
        assertThat(actual).isEqualTo(model(events, masks, innerMask, hasRest));
    }
}

package dev.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Aggregations;
import dev.millrace.CollectingSink;
import dev.millrace.Emission;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.codec.Codecs;
import dev.millrace.engine.Scenario.Input;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Aggregations without windows against the values added up one after another, with any batching and faults. */
class RunningModelTest {
    private static final long BASE = 1_000_000;
    private static final long INTERVAL_MILLIS = 100;
    private static final List<String> KEYS = List.of("a", "b", "c", "bb");

    private static Pipeline pipeline(Emission emission) {
        PipelineBuilder builder = Pipeline.named("running");
        builder.from(
                        "events",
                        Event.CODEC,
                        EventTime.<Event>extracted(event -> Instant.ofEpochMilli(event.timeMillis()), Duration.ZERO))
                .keyByPartitionKey(Event::key)
                .aggregate(Aggregations.reduce(
                        (left, right) -> new Event(
                                left.key(), left.timeMillis() + right.timeMillis(), left.number() + right.number()),
                        Event.CODEC))
                .emit(emission)
                .map(result -> result.key() + " " + result.value().timeMillis() + " "
                        + result.value().number())
                .collect(new CollectingSink<>("out", Codecs.string()));
        return builder.build();
    }

    /** Records of a few keys in no order of time, now and then a tick, and at last one when every update is due. */
    private static List<Input> inputs(Random random) {
        List<Input> inputs = new ArrayList<>();
        long arrival = BASE;
        int records = random.nextInt(60);
        for (int i = 0; i < records; i++) {
            arrival += random.nextInt(40);
            if (random.nextInt(8) == 0) {
                inputs.add(new Input.Tick(arrival, random.nextBoolean()));
            } else {
                String key = KEYS.get(random.nextInt(KEYS.size()));
                Event event = new Event(key, arrival - random.nextInt(1_000), random.nextInt(7) - 3);
                inputs.add(new Input.Arrival(event, arrival));
            }
        }
        // As many as there are keys, for limits of one output.
        for (int i = 1; i <= KEYS.size(); i++) {
            inputs.add(new Input.Tick(arrival + i * INTERVAL_MILLIS, true));
        }
        return inputs;
    }

    /** A key's result after each of its records. */
    private static List<String> model(List<Input> inputs, String key) {
        List<String> results = new ArrayList<>();
        long times = 0;
        long numbers = 0;
        for (Input input : inputs) {
            if (input instanceof Input.Arrival arrival && arrival.event().key().equals(key)) {
                times += arrival.event().timeMillis();
                numbers += arrival.event().number();
                results.add(key + " " + times + " " + numbers);
            }
        }
        return results;
    }

    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
    void whateverTheBatchingAndFaults_thenStateIsExactAndResultsAreOnTheWayToIt(@ForAll long seed) {
        Random random = new Random(seed);
        List<Input> inputs = inputs(random);
        Emission emission =
                random.nextBoolean() ? Emission.onUpdate() : Emission.every(Duration.ofMillis(INTERVAL_MILLIS));
        Pipeline pipeline = pipeline(emission);
        Limits limits = new Limits(List.of(1, 2, 3, 1_000).get(random.nextInt(4)), 1_000_000);
        FaultyRun run = new FaultyRun(pipeline, limits, 1 + random.nextInt(3), inputs, random.nextLong());
        run.run();

        StateView view = new StateView(pipeline, States.committed(run.partition()), Progress.NO_TIME);
        for (String key : KEYS) {
            List<String> expected = model(inputs, key);
            List<String> sent = run.partition().outputs("collection:out").stream()
                    .filter(text -> text.startsWith(key + " "))
                    .toList();
            assertThat(expected).containsSubsequence(sent);
            assertThat(sent).as("the last result of %s", key).endsWith(last(expected));
            assertThat(view.results(key))
                    .extracting(result -> result.value() instanceof Event event
                            ? key + " " + event.timeMillis() + " " + event.number()
                            : "")
                    .containsExactly(last(expected));
        }
    }

    private static String[] last(List<String> results) {
        return results.isEmpty() ? new String[0] : new String[] {results.get(results.size() - 1)};
    }
}

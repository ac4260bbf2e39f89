package dev.millrace.engine;

import dev.millrace.Aggregation;
import dev.millrace.Aggregations;
import dev.millrace.Emission;
import dev.millrace.Windows;
import dev.millrace.codec.Codec;
import dev.millrace.codec.Codecs;
import dev.millrace.engine.Scenario.Input;
import dev.millrace.engine.Scenario.NamedAggregation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Makes scenarios. Event times lie close together, on few keys, so that windows are full, shared and late. */
final class Scenarios {
    private static final long BASE_MILLIS = 1_000_000;

    private Scenarios() {}

    static Arbitrary<Scenario> scenarios() {
        Arbitrary<Limits> limits = Arbitraries.of(1, 1, 2, 3, 1_000).map(outputs -> new Limits(outputs, 1_000_000));
        Arbitrary<Duration> outOfOrder = Arbitraries.of(0, 10, 40).map(Duration::ofMillis);
        return Combinators.combine(
                        aggregates().list().ofMinSize(1).ofMaxSize(2),
                        outOfOrder,
                        inputs(),
                        limits,
                        Arbitraries.integers().between(1, 3),
                        Arbitraries.longs())
                .as(Scenario::new);
    }

    private static Arbitrary<Scenario.Aggregate> aggregates() {
        return Combinators.combine(windows(), Arbitraries.of(AGGREGATIONS), emissions())
                .as(Scenario.Aggregate::new);
    }

    private static Arbitrary<Windows> windows() {
        Arbitrary<Windows> windows = Arbitraries.of(
                Windows.tumbling(Duration.ofMillis(50)),
                Windows.sliding(Duration.ofMillis(60), Duration.ofMillis(20)),
                Windows.sliding(Duration.ofMillis(50), Duration.ofMillis(20)),
                Windows.sliding(Duration.ofMillis(35), Duration.ofMillis(30)),
                Windows.session(Duration.ofMillis(15)));
        return Combinators.combine(windows, Arbitraries.of(0, 0, 7, 25, 120))
                .as((of, lateness) -> of.withAllowedLateness(Duration.ofMillis(lateness)));
    }

    private static Arbitrary<Emission> emissions() {
        return Arbitraries.of(Emission.onClose(), Emission.onUpdate(), Emission.every(Duration.ofMillis(100)));
    }

    /** Steps of event time, mostly ahead and sometimes back; now and then a tick. */
    private static Arbitrary<List<Input>> inputs() {
        Arbitrary<Step> steps = Combinators.combine(
                        Arbitraries.of("a", "b", "c", "bb"),
                        Arbitraries.integers().between(-70, 45),
                        Arbitraries.integers().between(-3, 3),
                        Arbitraries.integers().between(0, 9),
                        Arbitraries.integers().between(0, 600))
                .as(Step::new);
        return steps.list().ofMaxSize(60).map(Scenarios::inputs);
    }

    private record Step(String key, int stepMillis, int number, int kind, int idleMillis) {}

    private static List<Input> inputs(List<Step> steps) {
        List<Input> inputs = new ArrayList<>();
        long time = BASE_MILLIS;
        long arrival = BASE_MILLIS;
        for (Step step : steps) {
            if (step.kind == 0) {
                inputs.add(new Input.Tick(arrival + step.idleMillis, step.number != 0));
            } else {
                time = Math.max(time, time + step.stepMillis);
                arrival += 1 + Math.abs(step.stepMillis);
                long eventTime = step.stepMillis < 0 ? time + step.stepMillis : time;
                inputs.add(new Input.Arrival(new Event(step.key, eventTime, step.number), arrival));
            }
        }
        return inputs;
    }

    private static final List<NamedAggregation> AGGREGATIONS = List.of(
            named("count", Aggregations.count(), List::size),
            named("sum", Aggregations.sumLong(Event::number), events -> sum(events)),
            named(
                    "min",
                    Aggregations.minLong(Event::number),
                    events -> numbers(events).min(Comparator.naturalOrder()).orElseThrow()),
            named(
                    "max",
                    Aggregations.max(Event::number, Codecs.longs()),
                    events -> numbers(events).max(Comparator.naturalOrder()).orElseThrow()),
            named("average", Aggregations.average(Event::number), events -> sum(events) / (double) events.size()),
            named("top-2", Aggregations.topN(2, Event::timeMillis, Event.CODEC), Scenarios::topTwo),
            named(
                    "earliest by reduce",
                    Aggregations.reduce(Scenarios::earlier, Event.CODEC),
                    events -> events.stream()
                            .min(Comparator.comparing(Event::toString))
                            .orElseThrow()),
            named(
                    "distinct numbers",
                    new Distinct(),
                    events -> numbers(events).collect(Collectors.toCollection(TreeSet::new))));

    @SuppressWarnings("unchecked")
    private static NamedAggregation named(
            String name,
            Aggregation<Event, ?, ?> aggregation,
            java.util.function.Function<List<Event>, Object> expected) {
        return new NamedAggregation(name, (Aggregation<Event, ?, Object>) aggregation, expected);
    }

    private static Stream<Long> numbers(List<Event> events) {
        return events.stream().map(Event::number);
    }

    private static long sum(List<Event> events) {
        return events.stream().mapToLong(Event::number).sum();
    }

    private static Event earlier(Event left, Event right) {
        return left.toString().compareTo(right.toString()) <= 0 ? left : right;
    }

    private static List<Event> topTwo(List<Event> events) {
        Comparator<Event> newestFirst =
                Comparator.comparingLong(Event::timeMillis).reversed();
        return events.stream()
                .sorted(newestFirst.thenComparing(Event::encoded, Arrays::compareUnsigned))
                .limit(2)
                .toList();
    }

    /** A user's own aggregation, which changes its accumulator in place. */
    private static final class Distinct implements Aggregation<Event, SortedSet<Long>, SortedSet<Long>> {
        @Override
        public SortedSet<Long> create() {
            return new TreeSet<>();
        }

        @Override
        public SortedSet<Long> add(SortedSet<Long> numbers, Event event) {
            numbers.add(event.number());
            return numbers;
        }

        @Override
        public SortedSet<Long> merge(SortedSet<Long> left, SortedSet<Long> right) {
            SortedSet<Long> merged = new TreeSet<>(left);
            merged.addAll(right);
            return merged;
        }

        @Override
        public SortedSet<Long> result(SortedSet<Long> numbers) {
            return new TreeSet<>(numbers);
        }

        @Override
        public Codec<SortedSet<Long>> accumulatorCodec() {
            return new Codec<>() {
                @Override
                public byte[] encode(SortedSet<Long> numbers) {
                    return numbers.stream()
                            .map(String::valueOf)
                            .collect(Collectors.joining(" "))
                            .getBytes(StandardCharsets.UTF_8);
                }

                @Override
                public SortedSet<Long> decode(byte[] bytes) {
                    return Arrays.stream(new String(bytes, StandardCharsets.UTF_8).split(" ", -1))
                            .map(Long::valueOf)
                            .collect(Collectors.toCollection(TreeSet::new));
                }
            };
        }
    }
}

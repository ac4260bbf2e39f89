package dev.millrace.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Aggregations;
import dev.millrace.CollectingSink;
import dev.millrace.Emission;
import dev.millrace.ErrorPolicy;
import dev.millrace.KeyedStream;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Result;
import dev.millrace.Windows;
import dev.millrace.codec.Codecs;
import dev.millrace.engine.Limits;
import dev.millrace.plan.Stage;
import dev.millrace.state.FaultyStore.Crash;
import dev.millrace.state.FaultyStore.Fate;
import dev.millrace.state.StateLogUnavailableException;
import dev.millrace.state.StoredItem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Pipelines of two and three stages, two environments of each, interleaved at every request, emission and record sent: crashes,
 * lost and late requests, redelivery, ticks, idle shards, the source's shards splitting and merging meanwhile. Final results and
 * late readings are those of {@link StagesModel}, with combining and without.
 */
class StagesSchedulesTest {
    private static final List<Fate> FATES = List.of(Fate.values());
    private static final List<String> PARTITION_KEYS = List.of("p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7");
    private static final List<String> KEYS = List.of("a", "b", "c", "d", "e");

    @Property(tries = 200, shrinking = ShrinkingMode.OFF)
    void whateverHappens_thenResultsAreThoseOfTheReadings(@ForAll long seed) {
        new Schedule(seed).run();
    }

    @Test
    void everyFaultAndEveryTurnOfEventsTakesPlace() {
        Map<String, Integer> events = new TreeMap<>();
        for (long seed = 0; seed < 80; seed++) {
            Schedule schedule = new Schedule(seed);
            schedule.run();
            schedule.events.forEach((event, times) -> events.merge(event, times, Integer::sum));
        }
        assertThat(events)
                .containsKeys(
                        "split",
                        "merge",
                        "given up",
                        "overlapping",
                        "emitted again",
                        "late",
                        "died while sending",
                        "idle")
                .containsKeys(FATES.stream().map(Fate::name).toArray(String[]::new))
                .allSatisfy((event, times) -> assertThat(times).as(event).isGreaterThan(20));
    }

    private static final class Schedule {
        private final Random random;
        private final long size;
        private final long slide;
        private final long lateness;
        private final boolean isChained;
        private final StagesModel expected;
        private final TestStream source;
        private final StagesRig rig;
        private final Map<String, StagesRig.Environment[]> environments = new HashMap<>();
        private final Map<StagesRig.Environment, Boolean> busy = new HashMap<>();
        private final Map<String, Integer> events = new TreeMap<>();
        private final Map<String, Integer> deliveries = new TreeMap<>();
        private int puts = 60;
        private int reshardings = 3;
        private long time;
        private boolean calm;

        Schedule(long seed) {
            random = new Random(seed);
            isChained = random.nextInt(3) == 0;
            size = random.nextBoolean() ? 100 : 50;
            slide = isChained || random.nextBoolean() ? size : 25;
            lateness = isChained || random.nextBoolean() ? 0 : 50;
            expected = new StagesModel(PARTITION_KEYS, size, slide, lateness);
            source = new TestStream(1 + random.nextInt(3));
            source.all().forEach(expected::began);
            rig = new StagesRig(pipeline(random.nextBoolean()), source, 1 + random.nextInt(3));
            rig.layout = settings -> settings.withLayout(4 + random.nextInt(8), 2 + random.nextInt(2));
            for (Stage stage : rig.plan.stages()) {
                environments.put(stage.name(), new StagesRig.Environment[2]);
                renew(stage, 0);
                renew(stage, 1);
            }
        }

        private Pipeline pipeline(boolean combines) {
            PipelineBuilder builder =
                    Pipeline.named("readings").onError(ErrorPolicy.DEAD_LETTER).deadLetters("letters");
            KeyedStream<String, Reading> byKey = builder.from("source", Reading.CODEC, Rig.eventTime())
                    .keyBy(Reading::key)
                    .named("by-key");
            if (!combines) {
                byKey.withoutCombining();
            }
            Windows windows = Windows.sliding(Duration.ofMillis(size), Duration.ofMillis(slide))
                    .withAllowedLateness(Duration.ofMillis(lateness));
            if (isChained) {
                byKey.window(windows)
                        .aggregate(Aggregations.count())
                        .keyBy(result -> "all")
                        .named("all")
                        .window(Windows.tumbling(Duration.ofMillis(2 * size)))
                        .aggregate(Aggregations.sumLong((Result<String, Long> result) -> result.value()))
                        .collect(new CollectingSink<>("results", new Rig.ResultText<>()));
            } else {
                byKey.window(windows)
                        .aggregate(Aggregations.count())
                        .collect(new CollectingSink<>("results", new Rig.ResultText<>()));
                byKey.aggregate(Aggregations.count())
                        .emit(Emission.onUpdate())
                        .map(result -> result.key() + ": " + result.value())
                        .collect(new CollectingSink<>("totals", Codecs.string()));
            }
            return builder.build();
        }

        void run() {
            rig.store.fate = this::fate;
            rig.store.lag = key -> random.nextInt(4) == 0 ? random.nextInt(3) : 0;
            rig.store.beforeRead = key -> meanwhile();
            rig.store.beforePut = put -> {
                meanwhile();
                rig.checkPredecessor(put);
            };
            rig.emitter.before = outputs -> meanwhile();
            rig.emitter.after = outputs -> meanwhile();
            rig.betweenRecords = () -> {
                if (!calm && random.nextInt(15) == 0) {
                    events.merge("died while sending", 1, Integer::sum);
                    throw new Crash();
                }
                meanwhile();
            };
            for (int steps = 0; puts > 0 || !isDelivered(); steps++) {
                // In the end all goes well, so that it ends.
                calm = steps > 500;
                step();
            }
            end();
            check();
        }

        private boolean isDelivered() {
            return rig.streams.values().stream()
                    .allMatch(stream -> stream.all().stream().allMatch(TestStream.Shard::isDone));
        }

        /** All shards fall idle, and all that is left closes, stage by stage, at the pace of the clock. */
        private void end() {
            calm = true;
            rig.store.reset();
            rig.store.beforePut = rig::checkPredecessor;
            // A merged shard goes on from the parent that was behind, which may have been so from the start.
            long overMillis = rig.nowMillis + time + 1_000;
            while (rig.nowMillis < overMillis) {
                rig.nowMillis += 60;
                for (Stage stage : rig.plan.stages()) {
                    StagesRig.Environment last = environment(stage, 0);
                    for (TestStream.Shard shard : rig.input(stage).all()) {
                        deliverAll(last, shard);
                        if (shard.isOpen) {
                            last.tick(shard);
                        }
                    }
                }
            }
        }

        private void deliverAll(StagesRig.Environment environment, TestStream.Shard shard) {
            if (!shard.isDone()) {
                List<BatchItem> left = List.copyOf(shard.records.subList(shard.done, shard.records.size()));
                assertThat(environment.apply(shard, left)).isEqualTo(new BatchResult.Done());
                shard.done = shard.records.size();
            }
        }

        private void check() {
            Map<String, Integer> counts = new TreeMap<>();
            for (String result : rig.emitter.outputs(Rig.RESULTS)) {
                String window = result.substring(0, result.lastIndexOf(':'));
                int count = Integer.parseInt(result.substring(window.length() + 2));
                Integer before = counts.put(window, count);
                assertThat(before == null || lateness > 0)
                        .as("one result for %s", window)
                        .isTrue();
            }
            assertThat(counts).isEqualTo(isChained ? chained() : expected.counts);
            assertThat(Rig.letters(rig.emitter)).containsExactlyInAnyOrderElementsOf(expected.late);
            if (!isChained) {
                Map<String, Integer> totals = new TreeMap<>();
                for (String total : rig.emitter.outputs("collection:totals")) {
                    String[] parts = total.split(": ", -1);
                    totals.merge(parts[0], Integer.parseInt(parts[1]), Math::max);
                }
                assertThat(totals).isEqualTo(expected.totals);
            }
            events.merge("late", expected.late.size(), Integer::sum);
            events.merge("emitted again", rig.emitter.repeated(), Integer::sum);
        }

        /** All counts of the windows that end within one of twice their size. */
        private Map<String, Integer> chained() {
            Map<String, Integer> sums = new TreeMap<>();
            expected.counts.forEach((window, count) -> {
                long start = Long.parseLong(window.split(" ", -1)[1].split("-", -1)[0]);
                long outer = Math.floorDiv(start, 2 * size) * 2 * size;
                sums.merge("all " + outer + "-" + (outer + 2 * size), count, Integer::sum);
            });
            return sums;
        }

        private StagesRig.Environment environment(Stage stage, int number) {
            return Objects.requireNonNull(environments.get(stage.name()))[number];
        }

        private void renew(Stage stage, int number) {
            rig.limits = random.nextBoolean() ? Limits.DEFAULT : new Limits(1 + random.nextInt(3), 1 << 20);
            Objects.requireNonNull(environments.get(stage.name()))[number] = rig.environment(stage);
        }

        private Fate fate(StoredItem put) {
            Fate fate = !calm && random.nextInt(15) == 0 ? FATES.get(random.nextInt(FATES.size())) : Fate.ANSWERED;
            events.merge(fate.name(), 1, Integer::sum);
            return fate;
        }

        /** What happens between two requests of an environment: nothing, most of the time. */
        private void meanwhile() {
            if (calm) {
                return;
            }
            if (random.nextInt(40) == 0) {
                rig.store.landDelayed();
            }
            if (random.nextInt(25) == 0) {
                events.merge("overlapping", 1, Integer::sum);
                step();
            }
        }

        private void step() {
            if (puts > 0 && random.nextInt(4) == 0) {
                put();
                return;
            }
            if (reshardings > 0 && random.nextInt(40) == 0) {
                reshard();
                return;
            }
            Stage stage = pick(rig.plan.stages());
            int number = random.nextInt(2);
            StagesRig.Environment environment = environment(stage, number);
            if (busy.putIfAbsent(environment, true) != null) {
                return;
            }
            try {
                TestStream.Shard shard = pick(rig.input(stage).all());
                if (random.nextInt(4) == 0) {
                    environment.tick(shard);
                } else {
                    deliver(stage, environment, shard);
                }
            } catch (NotDrainedException e) {
                events.merge("not drained", 1, Integer::sum);
            } catch (StateLogUnavailableException | ContentionException e) {
                events.merge("failed", 1, Integer::sum);
            } catch (Crash e) {
                renew(stage, number);
            } finally {
                busy.remove(environment);
            }
        }

        private <T> T pick(List<T> from) {
            return from.get(random.nextInt(from.size()));
        }

        /** Readings arrive at the pace of event time, and are out of order by less than the idle timeout. */
        private void put() {
            puts--;
            long pause = random.nextInt(12) == 0 ? 600 : random.nextInt(20);
            events.merge(pause == 600 ? "idle" : "put", 1, Integer::sum);
            time += pause;
            rig.nowMillis = Rig.BASE + time;
            String partitionKey = pick(PARTITION_KEYS);
            String key = pick(KEYS);
            long offset = Math.max(0, time - random.nextInt(190));
            byte[] data = new Reading(key, Rig.BASE + offset, "x").encoded();
            TestStream.Shard shard = source.of(partitionKey);
            BatchItem item = source.put(shard, partitionKey, data, rig.nowMillis);
            expected.put(
                    shard,
                    partitionKey,
                    key,
                    offset,
                    TestStream.positionOf(item).sequenceNumber());
        }

        private void reshard() {
            TestStream.Shard shard = pick(source.open());
            TestStream.@Nullable Shard next = source.after(shard);
            reshardings--;
            if (next != null && random.nextBoolean()) {
                expected.began(source.merge(shard, next));
                events.merge("merge", 1, Integer::sum);
            } else {
                source.split(shard).forEach(expected::began);
                events.merge("split", 1, Integer::sum);
            }
        }

        /** The mapping delivers a shard's batches one after another; but it may give one up, and deliver what is done. */
        private void deliver(Stage stage, StagesRig.Environment environment, TestStream.Shard shard) {
            if (!rig.input(stage).parentsAreDone(shard) || shard.records.isEmpty()) {
                return;
            }
            boolean isOld = shard.isDone() || random.nextInt(8) == 0;
            int from = isOld ? random.nextInt(shard.done + 1) : shard.done;
            int to = Math.min(isOld ? shard.done : shard.records.size(), from + 1 + random.nextInt(6));
            if (from >= to) {
                return;
            }
            String input = stage.name() + "/" + shard.id;
            int id = deliveries.merge(input, 1, Integer::sum);
            if (random.nextInt(10) == 0) {
                events.merge("given up", 1, Integer::sum);
                deliveries.merge(input, 1, Integer::sum);
            }
            BatchResult result = environment.apply(shard, new ArrayList<>(shard.records.subList(from, to)));
            assertThat(result).isEqualTo(new BatchResult.Done());
            if (deliveries.getOrDefault(input, 0) == id) {
                shard.done = Math.max(shard.done, to);
            }
        }
    }
}

package dev.millrace.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Windows;
import dev.millrace.engine.Limits;
import dev.millrace.state.FaultyStore.Crash;
import dev.millrace.state.FaultyStore.Fate;
import dev.millrace.state.StateLogUnavailableException;
import dev.millrace.state.StoredItem;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Two environments that drive a stream's partitions while its shards split and merge, interleaved at every request and
 * emission: batches given up, delivered again while the first invocation still runs, or long after the shard was sealed; crashes,
 * lost and late requests, ticks at any time. Final results and late readings are those of {@link WindowsByKey}.
 */
class ReshardingSchedulesTest {
    private static final List<Fate> FATES = List.of(Fate.values());
    private static final List<String> KEYS = List.of("k0", "k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8", "k9");

    @Property(tries = 200, shrinking = ShrinkingMode.OFF)
    void whateverHappens_thenResultsAreThoseOfTheReadings(@ForAll long seed) {
        new Schedule(seed).run();
    }

    @Test
    void everyFaultAndEveryTurnOfEventsTakesPlace() {
        Map<String, Integer> events = new TreeMap<>();
        for (long seed = 0; seed < 60; seed++) {
            Schedule schedule = new Schedule(seed);
            schedule.run();
            schedule.events.forEach((event, times) -> events.merge(event, times, Integer::sum));
        }

        assertThat(events)
                .containsKeys(
                        "split",
                        "merge",
                        "not drained",
                        "given up",
                        "overlapping",
                        "emitted again",
                        "delivered to a sealed log",
                        "tick of a sealed log",
                        "log with floors",
                        "late")
                .containsKeys(FATES.stream().map(Fate::name).toArray(String[]::new))
                .allSatisfy((event, times) -> assertThat(times).isGreaterThan(20));
    }

    private static final class Schedule {
        private final Random random;
        private final long size;
        private final long slide;
        private final long lateness;
        private final WindowsByKey expected;
        private final ReshardingRig rig;
        private final TestStream stream;
        private final ReshardingRig.Environment[] environments = new ReshardingRig.Environment[2];
        private final boolean[] busy = new boolean[2];
        private final Map<String, Integer> events = new TreeMap<>();
        /** For each shard the batch that the mapping waits for: what comes of others counts for nothing. */
        private final Map<String, Integer> deliveries = new TreeMap<>();

        private int puts = 60;
        private int reshardings = 5;
        private long time;
        private boolean calm;

        Schedule(long seed) {
            random = new Random(seed);
            size = random.nextBoolean() ? 100 : 50;
            slide = random.nextBoolean() ? size : 25;
            lateness = random.nextBoolean() ? 0 : 50;
            expected = new WindowsByKey(KEYS, size, slide, lateness);
            rig = new ReshardingRig(Windows.sliding(Duration.ofMillis(size), Duration.ofMillis(slide))
                    .withAllowedLateness(Duration.ofMillis(lateness)));
            stream = rig.stream;
            rig.layout = settings -> settings.withLayout(4 + random.nextInt(8), 2 + random.nextInt(2));
        }

        void run() {
            stream.all().forEach(expected::began);
            renew(0);
            renew(1);
            rig.store.fate = this::fate;
            rig.store.lag = key -> random.nextInt(4) == 0 ? random.nextInt(3) : 0;
            rig.store.beforeRead = key -> meanwhile();
            rig.store.beforePut = put -> {
                meanwhile();
                rig.checkPredecessor(put);
            };
            rig.emitter.before = outputs -> meanwhile();
            rig.emitter.after = outputs -> meanwhile();
            for (int steps = 0; puts > 0 || !stream.all().stream().allMatch(TestStream.Shard::isDone); steps++) {
                // In the end all goes well, so that it ends.
                calm = steps > 400;
                step();
            }
            end();
            assertThat(rig.results()).containsExactlyInAnyOrderElementsOf(expected.results);
            assertThat(Rig.letters(rig.emitter)).containsExactlyInAnyOrderElementsOf(expected.late);
            count("late", expected.late.size());
            count("emitted again", rig.emitter.repeated());
        }

        /** The shards fall idle, and all that is left closes. */
        private void end() {
            calm = true;
            rig.store.reset();
            rig.store.beforePut = rig::checkPredecessor;
            ReshardingRig.Environment last = rig.environment();
            for (TestStream.Shard shard : stream.all()) {
                if (shard.isOpen) {
                    last.tick(shard, ReshardingRig.FAR);
                    count("log with floors", rig.log(shard).header().floors().isEmpty() ? 0 : 1);
                }
            }
            expected.end();
        }

        private void count(String event, int times) {
            events.merge(event, times, Integer::sum);
        }

        private void renew(int environment) {
            rig.limits = random.nextBoolean() ? Limits.DEFAULT : new Limits(1 + random.nextInt(3), 1 << 20);
            environments[environment] = rig.environment();
        }

        private Fate fate(StoredItem put) {
            Fate fate = !calm && random.nextInt(12) == 0 ? FATES.get(random.nextInt(FATES.size())) : Fate.ANSWERED;
            count(fate.name(), 1);
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
            if (random.nextInt(20) == 0) {
                count("overlapping", 1);
                step();
            }
        }

        private void step() {
            if (puts > 0 && random.nextInt(3) == 0) {
                put();
                return;
            }
            if (reshardings > 0 && random.nextInt(20) == 0) {
                reshard();
                return;
            }
            int environment = random.nextInt(2);
            if (busy[environment]) {
                return;
            }
            busy[environment] = true;
            try {
                TestStream.Shard shard = pick(stream.all());
                if (random.nextInt(4) == 0) {
                    tick(environments[environment], shard);
                } else {
                    deliver(environments[environment], shard);
                }
            } catch (NotDrainedException e) {
                count("not drained", 1);
            } catch (StateLogUnavailableException | ContentionException e) {
                count("failed", 1);
            } catch (Crash e) {
                renew(environment);
            } finally {
                busy[environment] = false;
            }
        }

        private <T> T pick(List<T> from) {
            return from.get(random.nextInt(from.size()));
        }

        private void put() {
            puts--;
            time += random.nextInt(25);
            int key = random.nextInt(KEYS.size());
            // Some keys lag behind, so that watermarks of shards differ.
            long offset = Math.max(0, time - 15L * key - random.nextInt(60));
            TestStream.Shard shard = stream.of(KEYS.get(key));
            BatchItem item = stream.put(KEYS.get(key), offset);
            expected.put(
                    shard, KEYS.get(key), offset, TestStream.positionOf(item).sequenceNumber());
        }

        private void reshard() {
            TestStream.Shard shard = pick(stream.open());
            TestStream.@Nullable Shard next = stream.after(shard);
            reshardings--;
            if (next != null && random.nextBoolean()) {
                expected.began(stream.merge(shard, next));
                count("merge", 1);
            } else {
                stream.split(shard).forEach(expected::began);
                count("split", 1);
            }
        }

        private void tick(ReshardingRig.Environment environment, TestStream.Shard shard) {
            if (isSealed(shard)) {
                count("tick of a sealed log", 1);
            }
            // So early that no watermark advances: when shards are idle is not what this is about.
            environment.tick(shard, Rig.BASE);
        }

        /**
         * The mapping delivers a shard's batches one after another, and those of a child after those of its parents; but it may
         * give one up, and deliver what it has moved past.
         */
        private void deliver(ReshardingRig.Environment environment, TestStream.Shard shard) {
            if (!stream.parentsAreDone(shard) || shard.records.isEmpty()) {
                return;
            }
            boolean isOld = shard.isDone() || random.nextInt(8) == 0;
            int from = isOld ? random.nextInt(shard.done + 1) : shard.done;
            int to = Math.min(isOld ? shard.done : shard.records.size(), from + 1 + random.nextInt(6));
            if (from >= to) {
                return;
            }
            if (isSealed(shard)) {
                count("delivered to a sealed log", 1);
            }
            int id = deliveries.merge(shard.id, 1, Integer::sum);
            if (random.nextInt(10) == 0) {
                count("given up", 1);
                deliveries.merge(shard.id, 1, Integer::sum);
            }
            BatchResult result = environment.apply(shard, List.copyOf(shard.records.subList(from, to)));
            assertThat(result).isEqualTo(new BatchResult.Done());
            if (deliveries.getOrDefault(shard.id, 0) == id) {
                shard.done = Math.max(shard.done, to);
            }
        }

        private boolean isSealed(TestStream.Shard shard) {
            return stream.all().stream().anyMatch(child -> child.parents.contains(shard.id) && rig.hasLog(child));
        }
    }
}

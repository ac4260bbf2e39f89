package dev.millrace.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ErrorPolicy;
import dev.millrace.engine.Limits;
import dev.millrace.engine.Output;
import dev.millrace.engine.Position;
import dev.millrace.engine.SourceRecord;
import dev.millrace.state.Entry;
import dev.millrace.state.FaultyStore.Crash;
import dev.millrace.state.FaultyStore.Fate;
import dev.millrace.state.StateLogUnavailableException;
import dev.millrace.state.StoredItem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
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
 * Two environments that drive one partition, interleaved at every request and emission: batches of any size, given up and
 * delivered again while the first invocation still runs, or records as they come, committed now and then; crashes, lost and late
 * requests, ticks at any time. After each
 * burst of records the shard falls idle until a tick has closed what is due; then results and dead letters are those of one
 * environment that takes one record at a time, undisturbed.
 */
class DriverSchedulesTest {
    private static final List<Fate> FATES = List.of(Fate.values());
    private static final int BURSTS = 3;

    @Property(tries = 150, shrinking = ShrinkingMode.OFF)
    void whateverHappens_thenResultsAreThoseOfACleanRun(@ForAll long seed) {
        new Schedule(seed).run();
    }

    @Test
    void everyFaultAndEveryTurnOfEventsTakesPlace() {
        Map<String, Integer> events = new TreeMap<>();
        for (long seed = 0; seed < 40; seed++) {
            Schedule schedule = new Schedule(seed);
            schedule.run();
            schedule.events.forEach((event, times) -> events.merge(event, times, Integer::sum));
        }

        assertThat(events)
                .containsKeys(
                        "given up",
                        "delivered again",
                        "tick",
                        "fed",
                        "read again",
                        "overlapping",
                        "emitted again",
                        "sink failed before",
                        "sink failed after",
                        "dead letter",
                        "tick entry")
                .containsKeys(FATES.stream().map(Fate::name).toArray(String[]::new))
                .allSatisfy((event, times) -> assertThat(times).isGreaterThan(20));
    }

    /** Records that arrive one after another, and how far the clock stands once the shard has fallen idle. */
    private record Burst(List<List<BatchItem>> deliveries, long idleMillis) {}

    /** The sink does not do as it is told. */
    private static final class SinkFailure extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private static List<Burst> bursts(Random random) {
        List<Burst> bursts = new ArrayList<>();
        int number = 0;
        long time = 0;
        for (int i = 0; i < BURSTS; i++) {
            List<List<BatchItem>> deliveries = new ArrayList<>();
            for (int records = 3 + random.nextInt(10); records > 0; records--) {
                number++;
                time += random.nextInt(60);
                deliveries.add(delivery(number, time, random));
            }
            long idle = Rig.arrival(number) + Rig.IDLE_TIMEOUT.toMillis() + random.nextInt(150);
            bursts.add(new Burst(deliveries, idle));
        }
        return bursts;
    }

    /** A record of the shard: one reading, or several in an aggregated record, or none. */
    private static List<BatchItem> delivery(int number, long time, Random random) {
        int kind = random.nextInt(12);
        if (kind == 0) {
            return List.of(BatchItem.empty(Rig.record(number, "k", new byte[0])));
        }
        if (kind == 1) {
            return List.of(BatchItem.of(Rig.record(number, "k", "no reading".getBytes(StandardCharsets.UTF_8))));
        }
        int size = kind < 5 ? 2 + random.nextInt(2) : 1;
        List<BatchItem> items = new ArrayList<>();
        for (int sub = 0; sub < size; sub++) {
            String key = "k" + random.nextInt(4);
            long offset = random.nextInt(15) == 0 ? Rig.MAX_AHEAD.toMillis() * 48 : time - random.nextInt(40);
            String text = random.nextInt(12) == 0 ? "bad" : "x";
            SourceRecord record = new SourceRecord(
                    key,
                    new Reading(key, Rig.BASE + offset, text).encoded(),
                    new Position(Integer.toString(number), sub, sub + 1 < size),
                    Rig.arrival(number));
            items.add(BatchItem.of(record));
        }
        return items;
    }

    /** Results and dead letters, each as often as it was taken under an id of its own. */
    private static List<String> outcome(Rig rig) {
        List<String> outcome = new ArrayList<>(rig.results());
        outcome.addAll(rig.emitter.outputs(Output.DEAD_LETTERS));
        return outcome;
    }

    private static List<String> cleanRun(List<Burst> bursts) {
        Rig rig = Rig.counting(ErrorPolicy.DEAD_LETTER);
        PartitionDriver driver = rig.environment();
        for (Burst burst : bursts) {
            for (List<BatchItem> delivery : burst.deliveries()) {
                driver.apply(Rig.batch(delivery.toArray(BatchItem[]::new)));
            }
            driver.tick(burst.idleMillis(), position -> true);
        }
        return outcome(rig);
    }

    private static final class Schedule {
        private final Random random;
        private final Rig rig = Rig.counting(ErrorPolicy.DEAD_LETTER);
        private final PartitionDriver[] environments = new PartitionDriver[2];
        private final boolean[] busy = new boolean[2];
        /** Whether an environment takes records as they come, and how many it has read. */
        private final boolean[] continuous = new boolean[2];

        private final int[] read = new int[2];
        private final Map<String, Integer> events = new TreeMap<>();
        private final Map<Fate, Integer> fates = new EnumMap<>(Fate.class);
        private final List<Burst> bursts;
        private final List<List<BatchItem>> shard = new ArrayList<>();
        private boolean calm;
        private int burst;
        /** How many of the shard's records the mapping has moved past. */
        private int done;
        /** How many of them were committed by environments that read on by themselves. */
        private int flushed;
        /** Grows whenever the mapping gives up an invocation, whose outcome then counts for nothing. */
        private int delivery;

        private boolean delivering;

        Schedule(long seed) {
            random = new Random(seed);
            bursts = bursts(random);
            rig.layout = settings -> settings.withLayout(4 + random.nextInt(8), 3);
        }

        void run() {
            for (int i = 0; i < environments.length; i++) {
                renew(i);
            }
            rig.store.fate = this::fate;
            rig.store.lag = key -> random.nextInt(4) == 0 ? random.nextInt(3) : 0;
            rig.store.beforeRead = key -> meanwhile();
            rig.store.beforePut = put -> {
                meanwhile();
                rig.checkPredecessor(put);
            };
            rig.emitter.before = outputs -> {
                meanwhile();
                sinkFault("before");
            };
            rig.emitter.after = outputs -> {
                meanwhile();
                sinkFault("after");
            };
            shard.addAll(bursts.get(0).deliveries());
            for (int steps = 0; burst < BURSTS; steps++) {
                // In the end all goes well, so that it ends.
                calm = steps > 200;
                step();
            }
            assertThat(outcome(rig)).containsExactlyInAnyOrderElementsOf(cleanRun(bursts));
            count("dead letter", rig.letters().size());
            count("tick entry", (int)
                    rig.kinds().stream().filter(kind -> kind == Entry.Kind.TICK).count());
            count(
                    "emitted again",
                    rig.emitter.emissions().size()
                            - (int) rig.emitter.emissions().stream().distinct().count());
            fates.forEach((fate, times) -> count(fate.name(), times));
        }

        private void count(String event, int times) {
            events.merge(event, times, Integer::sum);
        }

        private void renew(int environment) {
            rig.limits = random.nextBoolean() ? Limits.DEFAULT : new Limits(1 + random.nextInt(3), 1 << 20);
            environments[environment] = rig.environment();
            continuous[environment] = random.nextBoolean();
            read[environment] = 0;
        }

        private Fate fate(StoredItem put) {
            Fate fate = !calm && random.nextInt(8) == 0 ? FATES.get(random.nextInt(FATES.size())) : Fate.ANSWERED;
            fates.merge(fate, 1, Integer::sum);
            return fate;
        }

        private void sinkFault(String when) {
            if (!calm && random.nextInt(10) == 0) {
                count("sink failed " + when, 1);
                throw random.nextBoolean() ? new SinkFailure() : new Crash();
            }
        }

        /** What happens between two requests of an environment: nothing, most of the time. */
        private void meanwhile() {
            if (calm) {
                return;
            }
            if (random.nextInt(30) == 0) {
                rig.store.landDelayed();
            }
            if (random.nextInt(25) == 0) {
                delivery++;
                count("given up", 1);
            }
            for (int times = random.nextInt(15) == 0 ? 1 + random.nextInt(4) : 0; times > 0; times--) {
                count("overlapping", 1);
                step();
            }
        }

        private void step() {
            int environment = random.nextInt(2);
            if (busy[environment] || burst == BURSTS) {
                return;
            }
            busy[environment] = true;
            try {
                if (continuous[environment]) {
                    goOn(environment);
                } else if (done == shard.size() || random.nextInt(5) == 0) {
                    tick(environments[environment]);
                } else {
                    deliver(environments[environment]);
                }
            } catch (StateLogUnavailableException | SinkFailure | ContentionException e) {
                count("delivered again", 1);
            } catch (Crash e) {
                renew(environment);
            } finally {
                busy[environment] = false;
            }
        }

        /** The mapping delivers one batch at a time, from where it has come to; it gives an invocation up before the next. */
        private void deliver(PartitionDriver driver) {
            if (delivering) {
                delivery++;
                count("given up", 1);
            }
            int id = ++delivery;
            delivering = true;
            int size = 1 + random.nextInt(Math.min(6, shard.size() - done));
            List<List<BatchItem>> records = shard.subList(done, done + size);
            List<BatchItem> items = records.stream().flatMap(List::stream).toList();
            int from = done;
            try {
                BatchResult result = driver.apply(Rig.batch(items.toArray(BatchItem[]::new)));
                assertThat(result).isEqualTo(new BatchResult.Done());
                if (id == delivery) {
                    done = from + size;
                }
            } finally {
                if (id == delivery) {
                    delivering = false;
                }
            }
        }

        /** One that reads on by itself: what it was fed counts once it is flushed, and after a failure it reads again. */
        private void goOn(int environment) {
            PartitionDriver driver = environments[environment];
            boolean isDone = false;
            try {
                int left = shard.size() - read[environment];
                if (left > 0) {
                    int size = 1 + random.nextInt(Math.min(3, left));
                    count("fed", size);
                    List<BatchItem> items = shard.subList(read[environment], read[environment] + size).stream()
                            .flatMap(List::stream)
                            .toList();
                    assertThat(driver.feed(Rig.batch(items.toArray(BatchItem[]::new))))
                            .isEqualTo(new BatchResult.Done());
                    read[environment] += size;
                }
                boolean isTick = read[environment] == shard.size() && random.nextBoolean();
                if (isTick || random.nextInt(3) == 0) {
                    int upTo = read[environment];
                    assertThat(driver.flush()).isEqualTo(new BatchResult.Done());
                    flushed = Math.max(flushed, upTo);
                }
                if (isTick && burst < BURSTS) {
                    tick(driver);
                }
                isDone = true;
            } finally {
                if (!isDone) {
                    count("read again", 1);
                    read[environment] = random.nextInt(flushed + 1);
                }
            }
        }

        private void tick(PartitionDriver driver) {
            count("tick", 1);
            int of = burst;
            boolean allDone = Math.max(done, flushed) == shard.size();
            boolean[] proven = {false};
            driver.tick(bursts.get(of).idleMillis(), position -> {
                proven[0] = isIdle(Objects.requireNonNull(position));
                return proven[0];
            });
            // A tick that has read what is not the newest proves nothing, and the next one tries again.
            if (allDone && of == burst && proven[0]) {
                burst++;
                if (burst < BURSTS) {
                    shard.addAll(bursts.get(burst).deliveries());
                }
            }
        }

        private boolean isIdle(@Nullable Position position) {
            List<BatchItem> last = shard.get(shard.size() - 1);
            return position != null
                    && position.sequenceNumber()
                            .equals(TestStream.positionOf(last.get(0)).sequenceNumber());
        }
    }
}

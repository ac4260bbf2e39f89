package dev.millrace.state;

import static dev.millrace.state.TestLogs.R;
import static dev.millrace.state.TestLogs.caughtUp;
import static dev.millrace.state.TestLogs.cells;
import static dev.millrace.state.TestLogs.commitTimes;
import static dev.millrace.state.TestLogs.put;
import static dev.millrace.state.TestLogs.remove;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.engine.CellChange;
import dev.millrace.engine.Changes;
import dev.millrace.engine.Output;
import dev.millrace.engine.Progress;
import dev.millrace.state.FaultyStore.Crash;
import dev.millrace.state.FaultyStore.Fate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;

/**
 * Three writers on a small ring, interleaved at every request, with every fault there is. Entries never fork (the store
 * fails where one number is committed twice), and whoever has caught up, or loaded, holds what the committed entries make one after
 * another.
 */
class SchedulesTest {
    private static final int STEPS = 20;
    private static final List<Fate> FATES = List.of(Fate.values());

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void whateverHappens_thenEveryCopyIsWhatTheCommittedEntriesMake(@ForAll long seed) {
        new Schedule(seed).run();
    }

    @Test
    void everyFaultAndEveryTurnOfEventsTakesPlace() {
        Map<Fate, Integer> faults = new EnumMap<>(Fate.class);
        long fenced = 0;
        long reloads = 0;
        long refusedBuckets = 0;
        long laps = 0;
        for (long seed = 0; seed < 40; seed++) {
            Schedule schedule = new Schedule(seed);
            schedule.run();
            schedule.faults.forEach((fault, times) -> faults.merge(fault, times, Integer::sum));
            fenced += schedule.fenced;
            reloads += schedule.reloads;
            refusedBuckets += schedule.refusedBuckets();
            laps += schedule.store.committed.size() / R;
        }

        assertThat(faults)
                .containsOnlyKeys(Fate.values())
                .allSatisfy((fault, times) -> assertThat(times).isGreaterThan(20));
        assertThat(fenced).isGreaterThan(100);
        assertThat(reloads).isGreaterThan(20);
        assertThat(refusedBuckets).isGreaterThan(20);
        assertThat(laps).isGreaterThan(200);
    }

    private static final class Schedule {
        private final FaultyStore store = new FaultyStore();
        private final LogName name = TestLogs.name("shard-1");
        private final Map<Fate, Integer> faults = new EnumMap<>(Fate.class);
        private final Random random;
        private final StateLog[] writers = new StateLog[3];
        private final boolean[] busy = new boolean[3];
        private final List<StateLog> all = new ArrayList<>();
        private int lives;
        private long fenced;
        private long reloads;

        private Schedule(long seed) {
            random = new Random(seed);
        }

        private void run() {
            for (int i = 0; i < writers.length; i++) {
                writers[i] = newLife();
            }
            store.fate = this::fate;
            store.lag = key -> random.nextInt(4) == 0 ? random.nextInt(3) : 0;
            store.beforeRead = key -> meanwhile();
            store.beforePut = item -> meanwhile();
            for (int i = 0; i < STEPS; i++) {
                step(random.nextInt(writers.length));
            }
            store.reset();
            store.landDelayed();

            StateLog last = caughtUp(store, name, TestLogs.small("last"));
            check(last);
            assertThat(last.tip()).isEqualTo(newest());
            commitTimes(R + 1, last);
            check(caughtUp(store, name, TestLogs.small("later")));
        }

        private Fate fate(StoredItem item) {
            Fate fate = random.nextInt(6) == 0 ? FATES.get(random.nextInt(FATES.size())) : Fate.ANSWERED;
            faults.merge(fate, 1, Integer::sum);
            return fate;
        }

        /** What others do between two requests of a writer: nothing, most of the time, and now and then more than a lap. */
        private void meanwhile() {
            if (random.nextInt(30) == 0) {
                store.landDelayed();
            }
            if (random.nextInt(12) == 0) {
                int writer = random.nextInt(writers.length);
                int times = random.nextInt(6) == 0 ? R + 2 : 1;
                for (int i = 0; i < times; i++) {
                    step(writer);
                }
            }
        }

        private void step(int writer) {
            if (busy[writer]) {
                return;
            }
            busy[writer] = true;
            try {
                invoke(writers[writer]);
            } catch (StateLogUnavailableException e) {
                // The invocation fails; the environment lives on.
                assertThat(e).isNotNull();
            } catch (Crash e) {
                writers[writer] = newLife();
            } finally {
                busy[writer] = false;
            }
        }

        private void invoke(StateLog log) {
            log.beginInvocation();
            CatchUp caught = log.catchUp();
            reloads += caught.reloaded() && log.counters().loads() > 1 ? 1 : 0;
            check(log);
            for (int commits = random.nextInt(3); commits >= 0; commits--) {
                emit(log);
                CommitResult result = log.commit(changes(log));
                check(log);
                if (result instanceof CommitResult.Fenced) {
                    fenced++;
                    log.catchUp();
                    check(log);
                    continue;
                }
                assertThat(TestLogs.tipEntry(log).turn().due()).isLessThanOrEqualTo(Rotation.most(log.header()));
                emit(log);
                if (random.nextInt(4) > 0) {
                    log.writeDueBuckets();
                }
            }
        }

        private static void emit(StateLog log) {
            if (!log.tipEmitted()) {
                log.tipOutbox();
            }
            log.markTipEmitted();
        }

        private Changes changes(StateLog log) {
            List<CellChange> cells = new ArrayList<>();
            for (int key = 0; key < 8; key++) {
                if (random.nextInt(3) == 0) {
                    cells.add(random.nextInt(4) == 0 ? remove("k" + key) : put("k" + key, "v" + random.nextInt(1_000)));
                }
            }
            cells.sort(Comparator.comparing(CellChange::id));
            Progress progress = random.nextInt(4) == 0 ? log.progress() : TestLogs.progress(log);
            List<Output> outbox = random.nextInt(4) == 0
                    ? List.of(
                            new Output("small", TestLogs.noise(20, lives)),
                            new Output("large", TestLogs.noise(1_000, random.nextInt())))
                    : List.of();
            return new Changes(progress, cells, outbox);
        }

        private void check(StateLog log) {
            assertThat(cells(log.state())).as("state of entry %d", log.tip()).isEqualTo(store.fold(log.tip()));
            if (log.tip() > 0) {
                assertThat(log.progress())
                        .isEqualTo(Objects.requireNonNull(store.committed.get(log.tip()))
                                .progress());
            }
        }

        private StateLog newLife() {
            lives++;
            // Deployments may disagree on the layout; the limit makes large outputs lie apart.
            StateLog log = new StateLog(
                    store,
                    name,
                    StateLogSettings.of("life-" + lives, null)
                            .withLayout(R, lives == 1 ? 3 : 5)
                            .withLimits(1_300, 1_000));
            all.add(log);
            return log;
        }

        private long newest() {
            return store.committed.keySet().stream()
                    .mapToLong(Long::longValue)
                    .max()
                    .orElse(0);
        }

        private long refusedBuckets() {
            return all.stream()
                    .mapToLong(log -> log.counters().bucketsRefused())
                    .sum();
        }
    }
}

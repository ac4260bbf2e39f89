package dev.millrace.state;

import static dev.millrace.state.TestLogs.R;
import static dev.millrace.state.TestLogs.batch;
import static dev.millrace.state.TestLogs.caughtUp;
import static dev.millrace.state.TestLogs.cells;
import static dev.millrace.state.TestLogs.commit;
import static dev.millrace.state.TestLogs.commitTimes;
import static dev.millrace.state.TestLogs.noisy;
import static dev.millrace.state.TestLogs.put;
import static dev.millrace.state.TestLogs.small;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.engine.CellChange;
import dev.millrace.state.FaultyStore.Fate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Rules B1, B2 and B4 of the protocol: each test fails without the code of the rule it names. */
class BucketRulesTest {
    private final FaultyStore store = new FaultyStore();
    private final LogName name = TestLogs.name("shard-1");
    private final StateLog one = caughtUp(store, name, small("one"));

    @Test
    void b1_whenWritersAlternate_thenBucketsAreWrittenInTurnAndNoneTwice() {
        StateLog two = caughtUp(store, name, small("two"));
        for (int i = 0; i < 5 * R; i++) {
            StateLog log = i % 3 == 0 ? one : two;
            log.catchUp();
            commit(log, put("k" + i % 5, "v" + i));
        }

        // The entries' own bytes are worth one bucket more.
        List<Integer> written = bucketsWritten();
        assertThat(written).hasSize(5 * R + 1);
        assertThat(written)
                .isEqualTo(
                        IntStream.range(0, written.size()).mapToObj(i -> i % 4).toList());
    }

    @Test
    void b1_whenEntriesAreLarge_thenBucketsAreWrittenForTheirBytesButNeverManyAtOnce() {
        LogName wide = TestLogs.name("wide");
        StateLog log = caughtUp(store, wide, StateLogSettings.of("w", null));
        for (int i = 0; i < 30; i++) {
            int before = bucketsWritten().size();
            commit(log, noisy("k" + i % 3, i == 15 ? 200_000 : 40_000));
            assertThat(bucketsWritten().size() - before).isLessThanOrEqualTo(Rotation.most(log.header()));
            assertThat(TestLogs.tipEntry(log).turn().due()).isLessThanOrEqualTo(Rotation.most(log.header()));
        }

        assertThat(Rotation.most(log.header())).isEqualTo(9);
        assertThat(bucketsWritten()).as("about 1.4 MB of entries").hasSizeBetween(60, 300);
        Usage used = store.usage();
        assertThat(used.buckets().units())
                .isLessThanOrEqualTo(1.1 * used.entries().units());
    }

    @Test
    void b1_whenAStaleWriterWritesItsBuckets_thenTheyAreRefused() {
        one.commit(batch(one, put("a", "old")));
        StateLog two = caughtUp(store, name, small("two"));
        commitTimes(R, two);
        Header header = one.header();
        long before = Objects.requireNonNull(store.now(ItemKey.bucket(name, header, 0)))
                .number();

        one.writeDueBuckets();

        assertThat(one.counters().bucketsRefused()).isEqualTo(1);
        assertThat(Objects.requireNonNull(store.now(ItemKey.bucket(name, header, 0)))
                        .number())
                .isEqualTo(before);
        int written = store.landed.size();
        two.writeDueBuckets();
        assertThat(store.landed).as("nothing is due twice").hasSize(written);
        one.catchUp();
        one.commit(batch(one, put("a", "new")));
        assertThat(TestLogs.tipEntry(one).landed()).as("what it learned").contains(new BucketStamp(0, before));
    }

    @Test
    void b1_whenManyBucketsAreOverdue_thenTheyAreWrittenAFewAtATime() {
        LogName wide = TestLogs.name("wide");
        StateLog log = caughtUp(store, wide, StateLogSettings.of("w", null));
        store.fate = item -> item.key().kind() == ItemKey.Kind.BUCKET ? Fate.LOST : Fate.ANSWERED;
        for (int i = 0; i < 5; i++) {
            commit(log, noisy("k", 100_000));
        }
        store.reset();
        int most = Rotation.most(log.header());

        log.writeDueBuckets();
        assertThat(log.counters().buckets()).isEqualTo(most);
        log.writeDueBuckets();
        assertThat(bucketsWritten()).hasSize(2 * most).doesNotHaveDuplicates();
    }

    @Test
    void b2_whenABucketIsWritten_thenOneEntryTellsTheOthers() {
        commitTimes(3 * R, one);

        List<BucketStamp> told = new ArrayList<>();
        store.committed.values().forEach(entry -> told.addAll(entry.landed()));
        assertThat(told).doesNotHaveDuplicates().hasSize(bucketsWritten().size() - 1);
    }

    @Test
    void b1_whenAWriterFindsItsOwnEntryAfterALostReply_thenItsBucketsAreDue() {
        store.fate = item -> Fate.REPLY_LOST;
        assertThatThrownBy(() -> one.commit(batch(one, put("a", "1"))))
                .isInstanceOf(StateLogUnavailableException.class);
        store.reset();
        one.catchUp();
        one.writeDueBuckets();

        assertThat(bucketsWritten()).containsExactly(0);
    }

    @Test
    void b2_whenBucketWritesKeepFailing_thenNoEntryIsOverwrittenThatALoadNeeds() {
        store.fate = item -> item.key().kind() == ItemKey.Kind.BUCKET ? Fate.LOST : Fate.ANSWERED;
        commitTimes(R, one);
        assertThat(one.counters().bucketsFailed()).isPositive();
        assertThatThrownBy(() -> one.commit(batch(one, put("a", "1"))))
                .isInstanceOf(StateLogUnavailableException.class);
        assertThat(store.committed).hasSize(R);
        assertThat(cells(caughtUp(store, name, small("two")).state())).isEqualTo(cells(one.state()));

        store.reset();
        one.catchUp();
        int before = bucketsWritten().size();
        one.commit(batch(one, put("a", "1")));
        assertThat(bucketsWritten().subList(before, before + 4)).containsExactlyInAnyOrder(0, 1, 2, 3);
        assertThat(cells(caughtUp(store, name, small("two")).state())).isEqualTo(cells(one.state()));
    }

    @Test
    void b2_whenABucketIsExactlyALapOld_thenItIsWrittenFirstSinceALoadBeginsWithItsEntry() {
        one.commit(batch(one, put("a", "1")));
        for (int bucket = 0; bucket < one.header().allBuckets(); bucket++) {
            store.put(BucketCodec.encode(
                    ItemKey.bucket(name, one.header(), bucket), 1, one.state().bucket(bucket)));
        }
        StateLog log = caughtUp(store, name, small("two"));
        store.fate = item -> item.key().kind() == ItemKey.Kind.BUCKET ? Fate.LOST : Fate.ANSWERED;
        commitTimes(R - 1, log);
        store.reset();
        log.commit(batch(log, put("a", "9")));

        assertThat(log.tip()).isEqualTo(R + 1);
        assertThat(cells(caughtUp(store, name, small("three")).state())).isEqualTo(cells(log.state()));
    }

    @Test
    void b4_whenOneKeysStateWouldBeTooLarge_thenNothingIsWrittenAndTheKeyIsNamed() {
        StateLog log = caughtUp(store, name, small("w").withLimits(100_000, 1_000));
        commit(log, noisy("big", 600));
        int written = store.landed.size();
        CellChange more = new CellChange(put("big", "").id(), 60_000, TestLogs.noise(600, 3));

        assertThatThrownBy(() -> log.commit(batch(log, more)))
                .isInstanceOf(KeyStateTooLargeException.class)
                .hasMessageContaining("operator 'count', key 'big'")
                .hasMessageContaining("would take 1222 bytes, more than the limit of 1000")
                .isInstanceOfSatisfying(
                        KeyStateTooLargeException.class, e -> assertThat(e.id()).isEqualTo(more.id()));
        assertThat(store.landed).hasSize(written);
        assertThat(commit(log, noisy("big", 800))).isEqualTo(new CommitResult.Committed(2));
        CellChange instead = new CellChange(more.id(), 60_000, TestLogs.noise(800, 3));
        assertThat(commit(log, TestLogs.remove("big"), instead)).isEqualTo(new CommitResult.Committed(3));
    }

    @Test
    void b4_whenALogIsLoaded_thenWhatItsBucketsHoldCountsAsBefore() {
        LogName narrow = TestLogs.name("narrow");
        StateLogSettings settings =
                StateLogSettings.of("w", null).withLayout(R, 1).withLimits(20_000, 100_000);
        StateLog log = caughtUp(store, narrow, settings);
        commit(log, noisy("a", 12_000));
        for (int i = 0; i < R; i++) {
            commit(log, put("small", "" + i));
        }
        assertThat(bucketsWritten()).contains(0);
        double fullest = log.fullestBucket();

        StateLog loaded = caughtUp(store, narrow, settings);
        assertThat(loaded.fullestBucket()).isBetween(fullest - 0.01, fullest + 0.01);
        int written = store.landed.size();
        assertThatThrownBy(() -> loaded.commit(batch(loaded, noisy("b", 9_000))))
                .isInstanceOf(BucketFullException.class)
                .hasMessageContaining("key 'a' with 12009 bytes");
        String longKey = HexFormat.of().formatHex(TestLogs.noise(9_000, 1));
        assertThatThrownBy(() -> loaded.commit(batch(loaded, put(longKey, "1"))))
                .isInstanceOf(BucketFullException.class);
        assertThat(store.landed).hasSize(written);
    }

    @Test
    void b4_whenAnotherDeploymentAllowedMore_thenABucketTooLargeIsNotWritten() {
        commit(one, noisy("large", 10_000));
        StateLog tight = caughtUp(store, name, small("tight").withLimits(5_000, 100_000));
        CellChange elsewhere = IntStream.range(0, 100)
                .mapToObj(i -> put("k" + i, "1"))
                .filter(change ->
                        change.id().bucket(3) != noisy("large", 1).id().bucket(3))
                .findFirst()
                .orElseThrow();

        assertThatThrownBy(() -> {
                    for (int i = 0; i < R; i++) {
                        commit(tight, elsewhere);
                    }
                })
                .isInstanceOf(BucketFullException.class)
                .hasMessageContaining("key 'large'");
    }

    @Test
    void b4_whenABucketIsWritten_thenItsSizeIsKnown() {
        StateLog log = caughtUp(store, name, small("w"));
        commit(log, put("a", "x".repeat(40_000)));
        double guessed = log.fullestBucket();
        commitTimes(R, log);

        assertThat(log.fullestBucket()).isPositive().isLessThan(guessed / 10);
    }

    @Test
    void b4_whenStateCompressesWell_thenABucketIsAsFullAsItsItem() {
        StateLog log = caughtUp(store, name, small("w").withLimits(5_000, 100_000));

        log.commit(batch(log, put("a", "x".repeat(20_000))));

        assertThat(log.fullestBucket()).isBetween(0.01, 0.1);
    }

    @Test
    void b4_whenABucketWouldHoldMoreThanCanBeReadBack_thenItIsRefusedHoweverWellItCompresses() {
        StateLog log = caughtUp(
                store,
                TestLogs.name("narrow"),
                StateLogSettings.of("w", null).withLayout(R, 1).withLimits(390 * 1024, 64 << 20));
        commit(log, put("a", "x".repeat(Envelope.MAX_CONTENT_BYTES - 100_000)));
        int written = store.landed.size();

        assertThatThrownBy(() -> log.commit(batch(log, put("b", "x".repeat(200_000)))))
                .isInstanceOf(BucketFullException.class);
        assertThat(store.landed).hasSize(written);
    }

    @Test
    void b4_whenABucketWouldBeTooLarge_thenNothingIsWrittenAndItsLargestKeyIsNamed() {
        LogName narrow = TestLogs.name("narrow");
        StateLog log = caughtUp(
                store, narrow, StateLogSettings.of("w", null).withLayout(R, 1).withLimits(20_000, 100_000));
        commit(log, noisy("largest", 9_000));
        for (int i = 0; i < 4; i++) {
            commit(log, noisy("k", 8_000));
        }
        assertThat(log.fullestBucket()).isBetween(0.8, 1.0);
        int written = store.landed.size();
        String before = cells(log.state()).toString();

        assertThatThrownBy(() -> log.commit(batch(log, noisy("l", 4_000))))
                .isInstanceOf(BucketFullException.class)
                .hasMessageContaining("bucket 0")
                .hasMessageContaining("key 'largest'")
                .hasMessageContaining("split its shard");
        assertThat(store.landed).hasSize(written);
        assertThat(cells(log.state()).toString()).isEqualTo(before);
        assertThat(commit(log, noisy("l", 500))).isInstanceOf(CommitResult.Committed.class);
    }

    @Test
    void whenAWriterDiesBetweenAnyTwoRequests_thenTheNextGoesOnFromWhatIsCommitted() {
        for (Fate fate : List.of(Fate.CRASH_BEFORE, Fate.CRASH_AFTER)) {
            boolean crashed = true;
            for (int at = 1; crashed; at++) {
                crashed = runThatCrashes(at, fate);
            }
        }
    }

    private boolean runThatCrashes(int at, Fate fate) {
        FaultyStore crashing = new FaultyStore();
        int[] puts = {0};
        crashing.fate = item -> ++puts[0] == at ? fate : Fate.ANSWERED;
        boolean crashed = false;
        try {
            commitTimes(2 * R, caughtUp(crashing, name, small("first")));
        } catch (FaultyStore.Crash e) {
            crashed = true;
        }
        crashing.reset();
        StateLog next = caughtUp(crashing, name, small("next"));
        commitTimes(R + 1, next);
        StateLog last = caughtUp(crashing, name, small("last"));
        assertThat(last.tip()).isEqualTo(crashing.committed.size());
        assertThat(cells(last.state())).isEqualTo(cells(next.state())).isEqualTo(crashing.fold(last.tip()));
        return crashed;
    }

    private List<Integer> bucketsWritten() {
        List<Integer> buckets = new ArrayList<>();
        for (StoredItem item : store.landed) {
            String key = item.key().partitionKey();
            if (item.key().kind() == ItemKey.Kind.BUCKET) {
                buckets.add(Integer.parseInt(key.substring(key.lastIndexOf('/') + 1)));
            }
        }
        return buckets;
    }

    @Test
    void b1_whenAMegabyteOfStateChangesALittle_thenBucketsCostAtMostAQuarterUnitABatchBesideTheEntries() {
        StateLogStore plain = new InMemoryStateLogStore();
        StateLog log = caughtUp(plain, name, StateLogSettings.of("w", null).withLayout(512, 16));
        for (int i = 0; i < 10; i++) {
            CellChange[] cells = IntStream.range(i * 100, i * 100 + 100)
                    .mapToObj(k -> noisy("key-" + k, 1_000))
                    .toArray(CellChange[]::new);
            commit(log, cells);
        }
        commitTimes(512, log);
        Usage before = plain.usage();
        commitTimes(1_024, log);
        Usage used = plain.usage().since(before);

        double megabytes = log.counters().stateBytes() / 1e6;
        assertThat(megabytes).isBetween(0.9, 1.2);
        // A lap of this ring is 16 times shorter than the default one, and so is the time that its rotation has.
        double bucketUnits = used.buckets().units() / 1_024;
        System.out.printf("%.2f bucket units a batch, %.2f MB of state, ring of 512%n", bucketUnits, megabytes);
        assertThat(bucketUnits).isLessThanOrEqualTo(used.entries().units() / 1_024 + 16 * 0.25 * megabytes);
        assertThat(used.entries().units() / 1_024).isEqualTo(1);
    }
}

package dev.millrace.driver;

import static dev.millrace.driver.Rig.BASE;
import static dev.millrace.driver.Rig.IDLE_TIMEOUT;
import static dev.millrace.driver.Rig.arrival;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Emission;
import dev.millrace.Windows;
import dev.millrace.driver.TestStream.Shard;
import dev.millrace.engine.Floor;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How event time goes on where shards that have come differently far are merged: rules R4 and T1. */
class FloorsTest {
    private static final String BEHIND = "a";
    private static final String AHEAD = "b";

    private ReshardingRig rig = new ReshardingRig(Windows.tumbling(Rig.SIZE));
    private ReshardingRig.Environment environment = rig.environment();

    /** A shard that came of one whose watermark is at 10, and one whose watermark is at {@code ahead}. */
    private Shard merged(long ahead) {
        TestStream stream = rig.stream;
        List<Shard> children = stream.split(stream.all().get(0));
        stream.put(BEHIND, 10);
        stream.put(AHEAD, 10);
        stream.put(AHEAD, ahead);
        children.forEach(environment::deliver);
        return stream.merge(children.get(0), children.get(1));
    }

    private void deliver(Shard shard, String key, long offset) {
        assertThat(rig.stream.of(key)).isEqualTo(shard);
        rig.stream.put(key, offset);
        environment.deliver(shard);
    }

    private List<String> letters() {
        return Rig.letters(rig.emitter);
    }

    @Test
    void r4_theWatermarkIsTheSmallest_andLatenessIsOfEachPart() {
        Shard merged = merged(250);
        assertThat(rig.results()).containsExactly("b 0-100: 1");

        deliver(merged, BEHIND, 20);
        deliver(merged, AHEAD, 20);

        assertThat(rig.log(merged).progress().watermark()).isEqualTo(BASE + 20);
        assertThat(rig.log(merged).header().floors())
                .extracting(Floor::watermark)
                .containsExactly(BASE + 250);
        assertThat(letters()).containsExactly("late 5");
        deliver(merged, BEHIND, 310);
        assertThat(rig.results()).containsExactly("b 0-100: 1", "a 0-100: 2", "b 200-300: 1");
    }

    @Test
    void r4_lateness_isThatOfKeysNeverSeenToo() {
        Shard merged = merged(250);
        String alsoBehind = "c";
        String alsoAhead = "e";

        deliver(merged, alsoBehind, 20);
        assertThat(letters()).isEmpty();
        deliver(merged, alsoAhead, 20);

        assertThat(letters()).containsExactly("late 5");
    }

    @Test
    void r4_whatAParentHasFired_isNotFiredAgain() {
        rig = new ReshardingRig(Windows.sliding(Duration.ofMillis(100), Duration.ofMillis(50))
                .withAllowedLateness(Duration.ofMillis(200)));
        environment = rig.environment();
        Shard merged = merged(120);
        assertThat(rig.results()).containsExactly("b -50-50: 1", "b 0-100: 1");

        deliver(merged, BEHIND, 130);

        assertThat(rig.results()).containsExactly("b -50-50: 1", "b 0-100: 1", "a -50-50: 1", "a 0-100: 1");
        deliver(merged, AHEAD, 60);
        assertThat(rig.results()).endsWith("b 0-100: 2").hasSize(5);
        deliver(merged, BEHIND, 200);
        assertThat(rig.results())
                .contains("b 50-150: 2", "b 100-200: 1", "a 50-150: 1", "a 100-200: 1")
                .hasSize(9);
    }

    @Test
    void r4_ofWhatAParentHasFired_noInterimResultFollows() {
        rig = new ReshardingRig(
                Windows.tumbling(Rig.SIZE).withAllowedLateness(Duration.ofMillis(400)), Emission.onUpdate());
        environment = rig.environment();
        Shard merged = merged(250);
        int before = rig.results().size();

        deliver(merged, AHEAD, 20);

        // The refined one, and none after it that would take its row's place.
        assertThat(rig.results().subList(before, rig.results().size())).containsExactly("b 0-100: 2");
    }

    @Test
    void r4_floorsArePassedOn_untilTheWatermarkHasPassedThem() {
        Shard merged = merged(250);
        List<Shard> halves = rig.stream.split(merged);

        deliver(halves.get(1), AHEAD, 20);
        deliver(halves.get(0), BEHIND, 20);

        assertThat(letters()).containsExactly("late 4");
        assertThat(rig.log(halves.get(0)).header().floors()).isEmpty();
        assertThat(rig.log(halves.get(1)).header().floors())
                .extracting(Floor::watermark)
                .containsExactly(BASE + 250);
        deliver(halves.get(1), AHEAD, 260);
        Shard again = rig.stream.split(halves.get(1)).get(0);
        environment.tick(again, BASE);
        assertThat(rig.log(again).header().floors()).isEmpty();
    }

    @Test
    void t1_aChildThatNeverHasARecord_goesOnWithTheClock() {
        TestStream stream = rig.stream;
        Shard root = stream.all().get(0);
        stream.put(BEHIND, 10);
        environment.deliver(root);
        Shard child = stream.split(root).get(0);

        environment.tick(child, arrival(1) + IDLE_TIMEOUT.toMillis() + 89);
        assertThat(rig.results()).isEmpty();
        environment.tick(child, arrival(1) + IDLE_TIMEOUT.toMillis() + 90);

        assertThat(rig.results()).containsExactly("a 0-100: 1");
    }

    @Test
    void t1_whatTicksHaveAdvanced_isNotCountedTwice() {
        TestStream stream = rig.stream;
        Shard root = stream.all().get(0);
        stream.put(BEHIND, 10);
        environment.deliver(root);
        long idle = arrival(1) + IDLE_TIMEOUT.toMillis();
        environment.tick(root, idle + 90);
        Shard child = stream.split(root).get(0);
        stream.put(BEHIND, 120);
        assertThat(rig.results()).hasSize(1);
        Shard last = stream.split(child).get(0);
        environment.deliver(child);

        environment.tick(last, arrival(2) + IDLE_TIMEOUT.toMillis() + 79);
        assertThat(rig.results()).hasSize(1);
        environment.tick(last, arrival(2) + IDLE_TIMEOUT.toMillis() + 80);

        assertThat(rig.results()).containsExactly("a 0-100: 1", "a 100-200: 1");
    }

    @Test
    void t1_aShardWithARecord_isNotIdle() {
        TestStream stream = rig.stream;
        Shard root = stream.all().get(0);
        stream.put(BEHIND, 10);
        environment.deliver(root);
        Shard child = stream.split(root).get(0);
        stream.put(BEHIND, 20);

        environment.tick(child, ReshardingRig.FAR);

        assertThat(rig.results()).isEmpty();
    }

    @Test
    void t1_nextToAParentThatNeverHadARecord_theOthersWindowsClose() {
        TestStream stream = rig.stream;
        List<Shard> children = stream.split(stream.all().get(0));
        stream.put(AHEAD, 10);
        environment.deliver(children.get(1));
        Shard merged = stream.merge(children.get(0), children.get(1));

        environment.tick(merged, arrival(1) + IDLE_TIMEOUT.toMillis() + 90);

        assertThat(rig.results()).containsExactly("b 0-100: 1");
    }
}

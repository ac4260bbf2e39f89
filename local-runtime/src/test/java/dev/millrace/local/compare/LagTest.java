package dev.millrace.local.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LagTest {
    private static final long STEADY = 5;

    /** One each ten nanoseconds, seen two later, but for those from 100 on, which are seen at 200 or two later. */
    private static List<Probes.Probe> heldUpUntil200() {
        List<Probes.Probe> probes = new ArrayList<>();
        for (long at = 0; at < 300; at += 10) {
            probes.add(probe(at, at >= 100 ? Math.max(200, at + 2) : at + 2));
        }
        return probes;
    }

    private static Probes.Probe probe(long intended, long seen) {
        return new Probes.Probe(intended, intended, "shard-" + intended % 20, seen);
    }

    @Test
    void whenResultsWereHeldUp_thenTheyAreCurrentOnceAllThatIsDueIsSeen() {
        assertThat(Lag.untilCurrent(heldUpUntil200(), 95, STEADY)).isEqualTo(200 - 95);
    }

    @Test
    void whenNothingWasHeldUp_thenTheyAreCurrentAtOnce() {
        assertThat(Lag.untilCurrent(heldUpUntil200(), 250, STEADY)).isZero();
    }

    @Test
    void whenSomethingElseIsLateLongAfterwards_thenThatIsNotOfTheEvent() {
        List<Probes.Probe> probes = heldUpUntil200();
        probes.add(probe(1_000, 1_500));

        assertThat(Lag.untilCurrent(probes, 95, STEADY)).isEqualTo(200 - 95);
    }

    @Test
    void largestLag_isOfThoseThatShouldHaveBeenSentInTheTime() {
        assertThat(Lag.max(heldUpUntil200(), 0, 100)).isEqualTo(2);
        assertThat(Lag.max(heldUpUntil200(), 0, 300)).isEqualTo(100);
        assertThat(Lag.max(heldUpUntil200(), 500, 600)).isZero();
    }

    @Test
    void newShards_areCurrentWhenEachHasAFirstResult() {
        List<Probes.Probe> probes = List.of(probe(0, 2), probe(10, 12), probe(20, 22), probe(30, 34));

        assertThat(ElasticityMeasurement.untilCurrent(probes, Set.of("shard-0"), 5, STEADY))
                .isEqualTo((12 - 5) / 1e9);
        assertThat(ElasticityMeasurement.untilCurrent(probes, Set.of(), 5, STEADY))
                .isEqualTo((12 - 5) / 1e9);
    }
}

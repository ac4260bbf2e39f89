package dev.millrace.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.engine.Limits;
import dev.millrace.sink.IdentifiedOutput;
import dev.millrace.state.StateLog;
import dev.millrace.state.StateLogSettings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a partition commits and emits at least once. */
class EagerDriverTest {
    private final Rig rig = Rig.counting();
    private int lives;
    private final List<IdentifiedOutput> emitted = new ArrayList<>();

    /** As a partition whose outputs leave before they are committed. */
    private PartitionDriver partition() {
        lives++;
        StateLog log = new StateLog(rig.store, Rig.NAME, StateLogSettings.of("eager-" + lives, null));
        PartitionSettings settings = new PartitionSettings(null, false, Rig.IDLE_TIMEOUT, Limits.DEFAULT);
        return new PartitionDriver(rig.pipeline, Rig.NAME, log, emitted::addAll, settings);
    }

    private List<String> results() {
        return emitted.stream()
                .map(output -> new String(output.output().payload(), StandardCharsets.UTF_8))
                .toList();
    }

    private static void commit(EagerDriver eager) {
        eager.emitAll(Rig.BASE);
        eager.commit();
    }

    private static void apply(EagerDriver eager, List<BatchItem> items) {
        assertThat(eager.apply(items, Rig.BASE, () -> commit(eager))).isNull();
        eager.emit();
    }

    @Test
    void resultsLeave_beforeTheyAreCommitted() {
        PartitionDriver driver = partition();
        EagerDriver eager = driver.eager();
        eager.begin();
        apply(eager, List.of(Rig.item(1, "a", 0), Rig.item(2, "a", 50), Rig.item(3, "b", 100)));

        assertThat(results()).hasSize(1);
        assertThat(driver.progress().position()).isNull();

        commit(eager);
        assertThat(driver.progress().position())
                .isEqualTo(Rig.item(3, "b", 100).record().position());
        assertThat(results()).hasSize(1);
    }

    @Test
    void whatWasDropped_isNotCommittedWithWhatWasFedBeforeIt() {
        PartitionDriver driver = partition();
        assertThat(driver.feed(Rig.batch(Rig.item(1, "a", 0)))).isEqualTo(new BatchResult.Done());
        assertThat(driver.flush()).isEqualTo(new BatchResult.Done());
        EagerDriver eager = driver.eager();
        eager.begin();
        apply(eager, List.of(Rig.item(2, "a", 10)));

        eager.drop();
        assertThat(driver.flush()).isEqualTo(new BatchResult.Done());

        assertThat(driver.progress().position())
                .isEqualTo(Rig.item(1, "a", 0).record().position());
    }

    @Test
    void whenTheProcessDies_thenWhatWasNotCommittedComesAgain_underNewerIds() {
        EagerDriver first = partition().eager();
        first.begin();
        List<BatchItem> items = List.of(Rig.item(1, "a", 0), Rig.item(2, "a", 50), Rig.item(3, "b", 100));
        apply(first, items);

        EagerDriver second = partition().eager();
        second.begin();
        apply(second, items);
        commit(second);

        assertThat(results()).hasSize(2).containsOnly(results().get(0));
        assertThat(emitted.get(1).id().number())
                .isGreaterThan(emitted.get(0).id().number());
    }

    /** All of it is taken away at once, and that does not fit an entry. */
    @Test
    void whenAWindowOfVeryManyKeysCloses_thenEachHasOneResult() {
        int keys = 30_000;
        EagerDriver eager = partition().eager();
        eager.begin();
        List<BatchItem> items = new ArrayList<>();
        for (int i = 1; i <= keys; i++) {
            items.add(Rig.item(
                    i, UUID.nameUUIDFromBytes(new byte[] {(byte) i, (byte) (i >> 8), (byte) (i >> 16)}) + "", 0));
        }
        apply(eager, items);
        commit(eager);

        apply(eager, List.of(Rig.item(keys + 1, "later", 100)));
        commit(eager);

        assertThat(results()).hasSize(keys).doesNotHaveDuplicates();
    }
}

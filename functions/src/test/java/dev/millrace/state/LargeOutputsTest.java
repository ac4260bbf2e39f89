package dev.millrace.state;

import static dev.millrace.state.TestLogs.batchWithOutputs;
import static dev.millrace.state.TestLogs.bytes;
import static dev.millrace.state.TestLogs.caughtUp;
import static dev.millrace.state.TestLogs.noise;
import static dev.millrace.state.TestLogs.payloads;
import static dev.millrace.state.TestLogs.small;
import static dev.millrace.state.TestLogs.tipEntry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.engine.Output;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** L4: outputs that do not fit their entry lie apart from it. */
class LargeOutputsTest {
    private final FaultyStore store = new FaultyStore();
    private final LogName name = TestLogs.name("shard-1");
    private final StateLog one = caughtUp(store, name, small("one"));

    private List<Output> readBack() {
        return caughtUp(store, name, small("reader")).tipOutbox();
    }

    @Test
    void l4_onlyTheLargestAreApart() {
        Output[] outputs = {
            new Output("out", noise(20_000, 1)),
            new Output("out", noise(250_000, 2)),
            new Output("out", noise(200_000, 3)),
            new Output("out", noise(300_000, 4))
        };

        one.commit(batchWithOutputs(one, outputs));

        assertThat(tipEntry(one).outbox().stream().map(output -> output instanceof StoredOutput.Apart))
                .containsExactly(false, true, false, true);
        assertThat(payloads(readBack())).isEqualTo(payloads(List.of(outputs)));
    }

    @Test
    void l4_whenOutputsAreMoreThanAnEntryMayHold_thenSomeAreApartHoweverWellTheyCompress() {
        Output[] outputs = {new Output("out", new byte[20 << 20]), new Output("out", new byte[13 << 20])};

        one.commit(batchWithOutputs(one, outputs));

        assertThat(tipEntry(one).outbox().stream().map(output -> output instanceof StoredOutput.Apart))
                .containsExactly(true, false);
        assertThat(payloads(readBack())).isEqualTo(payloads(List.of(outputs)));
    }

    @Test
    void l4_whenAnOutputApartIsAnother_thenItIsRefused() {
        ItemKey apart = commitOneApart();
        StoredItem item = Objects.requireNonNull(store.now(apart));
        store.delete(apart);
        store.put(BucketCodec.encodeOutput(apart, item.number(), bytes("another")));

        assertThatThrownBy(this::readBack)
                .isInstanceOf(CorruptItemException.class)
                .hasMessageContaining("not the output that entry 1 names");
    }

    @Test
    void l4_whenAnOutputApartIsGone_thenOthersAreALapAhead() {
        store.delete(commitOneApart());

        assertThatThrownBy(this::readBack)
                .isInstanceOf(StateLogUnavailableException.class)
                .hasMessageContaining("an output of entry 1, is gone");
    }

    private ItemKey commitOneApart() {
        one.commit(batchWithOutputs(one, new Output("out", noise(200_000, 1)), new Output("out", noise(250_000, 2))));
        return tipEntry(one).outputsApart(name, one.header()).get(0);
    }
}

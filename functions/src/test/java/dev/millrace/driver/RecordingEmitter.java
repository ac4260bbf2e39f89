package dev.millrace.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.engine.Output;
import dev.millrace.sink.Emitter;
import dev.millrace.sink.IdentifiedOutput;
import dev.millrace.sink.OutputId;
import dev.millrace.state.Entry;
import dev.millrace.state.FaultyStore;
import dev.millrace.state.LogName;
import dev.millrace.state.StoredOutput;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Takes outputs as a sink would, and fails where a test asks for it. Holds every emission against what is committed (E1), and
 * every id against what came with it before.
 */
final class RecordingEmitter implements Emitter {
    private final FaultyStore store;
    private final Map<String, Output> taken = new LinkedHashMap<>();
    private final List<Long> emissions = new ArrayList<>();
    private int repeated;

    Consumer<List<IdentifiedOutput>> before = outputs -> {};
    Consumer<List<IdentifiedOutput>> after = outputs -> {};

    RecordingEmitter(FaultyStore store) {
        this.store = store;
    }

    void reset() {
        before = outputs -> {};
        after = outputs -> {};
    }

    @Override
    public void emit(List<IdentifiedOutput> outputs) {
        before.accept(outputs);
        emissions.add(outputs.get(0).id().number());
        for (IdentifiedOutput output : outputs) {
            take(output);
        }
        after.accept(outputs);
    }

    private void take(IdentifiedOutput output) {
        OutputId id = output.id();
        Entry entry = store.committed(new LogName(id.pipeline(), id.stage(), id.partition()), id.epoch())
                .get(id.number());
        assertThat(entry).as("E1: the entry of %s is committed", output.id()).isNotNull();
        StoredOutput stored =
                Objects.requireNonNull(entry).outbox().get(output.id().index());
        if (stored instanceof StoredOutput.Inline inline) {
            assertThat(text(output.output()))
                    .as("E1: %s as committed", output.id())
                    .isEqualTo(text(inline.output()));
        }
        Output before = taken.putIfAbsent(output.id().toString(), output.output());
        if (before != null) {
            repeated++;
            assertThat(Arrays.equals(before.payload(), output.output().payload()))
                    .as("id %s stands for one content", output.id())
                    .isTrue();
        }
    }

    /** The numbers of the entries whose outboxes were emitted, each as often as it was, in order. */
    List<Long> emissions() {
        return emissions;
    }

    /** How many outputs were taken under an id that had been taken. */
    int repeated() {
        return repeated;
    }

    List<String> ids() {
        return List.copyOf(taken.keySet());
    }

    /** How many outputs of an entry were taken, each id once. */
    long takenOf(long number) {
        return taken.keySet().stream()
                .filter(id -> id.matches(".*/" + number + "/\\d+"))
                .count();
    }

    /** The same of an entry of one of several logs. */
    long takenOf(String partition, long number) {
        return taken.keySet().stream()
                .filter(id -> id.matches(".*/" + partition + "/\\d+/" + number + "/\\d+"))
                .count();
    }

    /** The payloads taken for a sink, each id once, in the order of their first emission. */
    List<String> outputs(String sink) {
        return taken.values().stream()
                .filter(output -> output.sink().equals(sink))
                .map(RecordingEmitter::text)
                .toList();
    }

    private static String text(Output output) {
        return new String(output.payload(), StandardCharsets.UTF_8);
    }
}

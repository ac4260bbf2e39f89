package dev.millrace.sink;

import dev.millrace.engine.Output;
import java.util.List;
import java.util.stream.IntStream;

/** An output of a committed entry, with its id. */
public record IdentifiedOutput(OutputId id, Output output) {
    /**
     * The outputs of a whole outbox.
     *
     * @param first the id of the first; the others' differ in the index
     */
    public static List<IdentifiedOutput> ofOutbox(OutputId first, List<Output> outbox) {
        return IntStream.range(0, outbox.size())
                .mapToObj(i -> new IdentifiedOutput(first.at(first.index() + i), outbox.get(i)))
                .toList();
    }
}

package dev.millrace.sink;

import java.util.List;

/**
 * Writes outputs to where they go. Emitting the same outputs again, after a crash or because it is not known whether they
 * were emitted, changes nothing for a reader that goes by row keys and ids. Safe for use by several threads, but the
 * outboxes of one partition must be emitted one after another, in the order of their entries.
 */
public interface Emitter {
    /**
     * Returns once every output is written.
     *
     * @param outputs of one outbox, in the order of their indexes
     * @throws EmissionException if an output could not be written. Others may have been; the outbox counts as not emitted,
     *     and all of it must be emitted again
     */
    void emit(List<IdentifiedOutput> outputs);
}

package dev.millrace.sink;

import dev.millrace.CollectingSink;
import java.util.List;

/** Hands values to a collection in memory, which drops what it has seen. */
final class CollectingEmitter implements Emitter {
    private final CollectingSink<?> collection;

    CollectingEmitter(CollectingSink<?> collection) {
        this.collection = collection;
    }

    @Override
    public void emit(List<IdentifiedOutput> outputs) {
        for (IdentifiedOutput output : outputs) {
            collection.accept(output.id().toString(), output.output().payload());
        }
    }
}

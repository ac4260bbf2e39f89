package dev.millrace.local.simulator;

import dev.millrace.Operator;
import dev.millrace.Pipeline;
import dev.millrace.Sink;
import dev.millrace.Transform;
import dev.millrace.engine.Output;
import dev.millrace.state.Entry;
import dev.millrace.state.LogName;
import java.util.HashSet;
import java.util.Set;

/** E2: what an entry appends to streams that readers read is there by the time that the next entry is committed. */
final class EmissionWatch {
    private final World world;
    private final AppendedIds appended;
    /** The sinks that append; of rows only the newest is written, and packed records have no ids. */
    private final Set<String> sinks = new HashSet<>(Set.of(Output.DEAD_LETTERS));

    EmissionWatch(World world, Pipeline pipeline, AppendedIds appended) {
        this.world = world;
        this.appended = appended;
        for (Operator operator : pipeline.operators()) {
            if (operator.transform() instanceof Transform.To to && to.sink() instanceof Sink.Stream) {
                sinks.add(operator.name());
            }
        }
    }

    /** @param last what was the last entry of a log until now */
    void followed(LogName name, long epoch, Entry last) {
        for (int i = 0; i < last.outbox().size(); i++) {
            String id = name + "/" + epoch + "/" + last.number() + "/" + i;
            if (sinks.contains(last.outbox().get(i).sink()) && !appended.has(id)) {
                throw world.violated("The entry after " + last.number() + " of " + name
                        + " was committed, and that one's output " + id + " was not emitted");
            }
        }
    }
}

package dev.millrace.engine;

import dev.millrace.Sink;
import dev.millrace.TableRows;
import dev.millrace.Transform;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The operators without state, as receivers. An exception of the user's code becomes a failure that names the operator. */
final class Operators {
    private Operators() {}

    static Receiver toAll(List<Receiver> receivers) {
        if (receivers.size() == 1) {
            return receivers.get(0);
        }
        Receiver[] all = receivers.toArray(new Receiver[0]);
        return (value, context) -> {
            for (Receiver receiver : all) {
                receiver.accept(value, context);
            }
        };
    }

    static Receiver map(String name, Transform.Map map, Receiver next) {
        return (value, context) -> {
            @Nullable Object mapped;
            try {
                mapped = map.function().apply(value);
            } catch (RuntimeException e) {
                throw failed(name, e, context);
            }
            next.accept(present(name, mapped, context), context);
        };
    }

    static Receiver filter(String name, Transform.Filter filter, Receiver next) {
        return (value, context) -> {
            boolean isTaken;
            try {
                isTaken = filter.predicate().test(value);
            } catch (RuntimeException e) {
                throw failed(name, e, context);
            }
            if (isTaken) {
                next.accept(value, context);
            }
        };
    }

    static Receiver flatMap(String name, Transform.FlatMap flatMap, Receiver next) {
        return (value, context) -> {
            Iterator<?> values;
            try {
                values = flatMap.function().apply(value).iterator();
            } catch (RuntimeException e) {
                throw failed(name, e, context);
            }
            while (true) {
                @Nullable Object one;
                try {
                    if (!values.hasNext()) {
                        return;
                    }
                    one = values.next();
                } catch (RuntimeException e) {
                    throw failed(name, e, context);
                }
                next.accept(present(name, one, context), context);
            }
        };
    }

    static Receiver peek(String name, Transform.Peek peek, Receiver next) {
        return (value, context) -> {
            try {
                peek.action().accept(value);
            } catch (RuntimeException e) {
                throw failed(name, e, context);
            }
            next.accept(value, context);
        };
    }

    /** Sends each value to the first of several branches that takes it; {@code names} and {@code nexts} belong together. */
    static Receiver split(List<String> names, List<Transform.Branch> branches, List<Receiver> nexts) {
        return (value, context) -> {
            for (int i = 0; i < branches.size(); i++) {
                boolean isTaken;
                try {
                    isTaken = branches.get(i).predicate().test(value);
                } catch (RuntimeException e) {
                    throw failed(names.get(i), e, context);
                }
                if (isTaken) {
                    nexts.get(i).accept(value, context);
                    return;
                }
            }
        };
    }

    /** @param rows which results are written where the sink is a table */
    static Receiver to(String name, Sink<Object> sink, TableRows rows, Outbox outbox) {
        return (value, context) -> {
            if (sink instanceof Sink.Table && !context.isOf(rows)) {
                return;
            }
            if (context.isRetraction() && !(sink instanceof Sink.Table)) {
                // What was appended cannot be taken back.
                return;
            }
            byte[] payload;
            try {
                payload = SinkPayloads.of(sink, value, context.isRetraction());
            } catch (RuntimeException e) {
                throw failed(name, e, context);
            }
            outbox.add(new Output(name, payload));
        };
    }

    static RecordFailure failed(String name, RuntimeException cause, Context context) {
        return failed(name, cause, context.eventTimeMillis());
    }

    static RecordFailure failed(String name, RuntimeException cause, long eventTimeMillis) {
        return RecordFailure.timed(
                Reason.PROCESSING_FAILED, "operator '" + name + "' failed: " + cause, cause, eventTimeMillis);
    }

    private static Object present(String name, @Nullable Object value, Context context) {
        if (value == null) {
            throw RecordFailure.timed(
                    Reason.PROCESSING_FAILED,
                    "operator '" + name + "' gave null for a value: filter such values out before it",
                    null,
                    context.eventTimeMillis());
        }
        return value;
    }
}

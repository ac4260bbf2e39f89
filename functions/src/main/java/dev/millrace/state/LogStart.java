package dev.millrace.state;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a log comes into being: its header first, then, where it takes over from others, all its buckets (R3). Each is written on
 * the condition that it is not there, so that it does not matter who writes it, nor how often one stops in between.
 */
final class LogStart {
    private final StateLogStore store;
    private final LogName name;
    private final StateLogSettings settings;
    private final LogOrigin origin;
    /** What was told for the header, which is good for the buckets too. */
    private @Nullable Inheritance inheritance;

    LogStart(StateLogStore store, LogName name, StateLogSettings settings, LogOrigin origin) {
        this.store = store;
        this.name = name;
        this.settings = settings;
        this.origin = origin;
    }

    /** The log's header, which is written if there is none. */
    Header header(Consistency consistency) {
        return LogLoader.header(store, name, consistency)
                // What others did a moment ago need not be done again.
                .or(() -> LogLoader.header(store, name, Consistency.STRONG))
                .orElseGet(this::begin);
    }

    private Header begin() {
        Inheritance known = origin.inheritance(false);
        inheritance = known;
        Header header = known.parents().isEmpty()
                ? Header.first(settings.epoch(), settings.ringSlots(), settings.buckets())
                : new Takeover(name, known, settings.itemLimitBytes()).header();
        PutResult result = store.put(HeaderCodec.encode(name, header));
        return result instanceof PutResult.Refused refused ? HeaderCodec.decode(refused.there()) : header;
    }

    /** Writes buckets that were not there as they were read strongly. */
    void writeAbsent(Header header, List<Integer> absent) {
        Inheritance known = inheritance == null ? origin.inheritance(true) : inheritance;
        if (known.parents().isEmpty()) {
            throw new StateLogUnavailableException(
                    "the log of " + name + ", epoch " + header.epoch() + ", was begun from the state of others, which"
                            + " are not known here, and " + absent.size() + " of its buckets are not there",
                    null);
        }
        // A refusal is as good: then somebody else has written the same.
        new Takeover(name, known, settings.itemLimitBytes())
                .buckets(header, absent)
                .forEach(store::put);
    }
}

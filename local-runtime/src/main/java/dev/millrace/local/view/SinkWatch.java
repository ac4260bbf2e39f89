package dev.millrace.local.view;

import dev.millrace.sink.IdentifiedOutput;
import dev.millrace.sink.OutputId;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** What a stage has emitted to a sink: how much, and the last of it. Safe for use by several threads. */
final class SinkWatch {
    /** The beginning of each, in bytes: some hundred of them take a megabyte. */
    static final int MOST_BYTES = 8 * 1024;

    private final int most;
    private final LongAdder emitted = new LongAdder();
    private final Rate rate = new Rate(emitted::sum);
    private final Deque<Emitted> latest = new ArrayDeque<>();

    /**
     * Something that was emitted.
     *
     * @param payload as in the outbox; only its beginning where it is long
     * @param bytes how many it has
     */
    record Emitted(OutputId id, byte[] payload, int bytes, long atMillis) {
        boolean isWhole() {
            return payload.length == bytes;
        }
    }

    /** @param most how many of the last to keep */
    SinkWatch(int most) {
        this.most = most;
    }

    Rate rate() {
        return rate;
    }

    /**
     * @param outputs all of this sink, in the order of their ids
     * @param count what they count as
     */
    void emitted(List<IdentifiedOutput> outputs, long count, long nowMillis) {
        emitted.add(count);
        if (most == 0) {
            return;
        }
        synchronized (latest) {
            for (IdentifiedOutput output : outputs.subList(Math.max(0, outputs.size() - most), outputs.size())) {
                if (latest.size() == most) {
                    latest.removeFirst();
                }
                byte[] payload = output.output().payload();
                byte[] kept = payload.length <= MOST_BYTES ? payload : Arrays.copyOf(payload, MOST_BYTES);
                latest.addLast(new Emitted(output.id(), kept, payload.length, nowMillis));
            }
        }
    }

    /** The last that were emitted, the newest first. */
    List<Emitted> latest() {
        synchronized (latest) {
            Emitted[] all = latest.toArray(Emitted[]::new);
            List<Emitted> reversed = Arrays.asList(all);
            Collections.reverse(reversed);
            return reversed;
        }
    }
}

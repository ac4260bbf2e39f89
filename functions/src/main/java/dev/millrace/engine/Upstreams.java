package dev.millrace.engine;

import dev.millrace.format.ByteReader;
import dev.millrace.format.ByteWriter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The partitions that send to this one: what was taken of each, and the watermark that follows from theirs (X1, X3, X4).
 *
 * <p>Which there are comes from the list of their stream's shards. The watermark is the least of those that may still send:
 * one that has never spoken holds it back altogether, unless it came of others, which then speak for it; and one that has
 * ended counts until all its children have spoken.
 *
 * <p>One that is idle does not count, but only for what arrived by the time up to which it is known to have sent all: so what
 * arrives in several partitions at about one time is never late for one of them, however they take turns. While some are idle,
 * the watermark of the others is therefore kept with the arrival that goes with it, and counts once the idle ones have
 * confirmed that they have nothing of before. Where all are idle, event time goes on as far as all of them say (T1).
 */
final class Upstreams {
    private static final KeyId WAITING = KeyId.keyless("$waiting");
    private static final long NAMESPACE = 0;

    private final Map<UpstreamId, Upstream> heard = new TreeMap<>();
    private final Set<UpstreamId> changed = new TreeSet<>();
    private List<UpstreamShard> listed = List.of();
    private @Nullable Waiting waiting;
    private boolean waitingChanged;
    private boolean waitingStored;
    private long watermark = Progress.NO_TIME;

    /** A watermark of those that are active, and the arrival that idle ones must confirm before it counts. */
    private record Waiting(long watermark, long arrivalMillis) {}

    /** The partitions that there are now. */
    void list(List<UpstreamShard> shards) {
        listed = List.copyOf(shards);
    }

    boolean isListed(UpstreamId id) {
        return listed.stream().anyMatch(shard -> shard.id().equals(id));
    }

    /** Reads everything anew. */
    void restore(KeyedState committed, long committedWatermark) {
        heard.clear();
        changed.clear();
        watermark = committedWatermark;
        waitingChanged = false;
        byte[] stored = committed.cells(WAITING).get(NAMESPACE);
        waitingStored = stored != null;
        waiting = null;
        if (stored != null) {
            ByteReader reader = new ByteReader(stored);
            waiting = new Waiting(reader.readSigned(), reader.readSigned());
        }
        committed.bucket(committed.buckets()).cells().forEach((key, cells) -> {
            if (Upstream.isKey(key)) {
                heard.put(
                        Upstream.idOf(key),
                        Upstream.decode(cells.values().iterator().next()));
            }
        });
    }

    /** Whether an output was taken before. */
    boolean isTaken(Exchanged exchanged) {
        Mark taken = taken(exchanged.upstream());
        return taken != null && exchanged.mark().compareTo(taken) <= 0;
    }

    /** What was last taken of one; null where nothing was. */
    @Nullable
    Mark taken(UpstreamId id) {
        Upstream upstream = heard.get(id);
        return upstream == null ? null : upstream.mark();
    }

    /** As {@link #taken}, by the committed state. */
    static @Nullable Mark taken(KeyedState committed, UpstreamId id) {
        byte[] stored = committed.cells(Upstream.keyOf(id)).get(Upstream.NAMESPACE);
        return stored == null ? null : Upstream.decode(stored).mark();
    }

    /** Takes note of an output that is taken. */
    void take(Exchanged exchanged) {
        UpstreamId id = exchanged.upstream();
        Upstream before = heard.get(id);
        EntryEnd known = before == null ? Upstream.NOTHING : before.end();
        changed.add(id);
        if (exchanged instanceof Exchanged.OfEnd last) {
            heard.put(id, new Upstream(last.mark(), last.end()));
            advance();
        } else {
            // Its entry is under way: whatever its end will say, it is not idle.
            EntryEnd underWay = new EntryEnd(
                    0,
                    known.watermark(),
                    known.arrivalMillis(),
                    EntryEnd.State.ACTIVE,
                    Progress.NO_TIME,
                    Progress.NO_TIME);
            heard.put(id, new Upstream(exchanged.mark(), underWay));
        }
    }

    /** Takes note of what was handed over: nothing of that is ever sent again, so that the mark stays where it is. */
    void take(Handed handed) {
        UpstreamId id = handed.from();
        Upstream before = heard.get(id);
        if (before != null && before.end().equals(handed.end())) {
            return;
        }
        changed.add(id);
        heard.put(id, new Upstream(before == null ? Mark.NOTHING : before.mark(), handed.end()));
        advance();
    }

    /** The watermark that follows; it never goes back. */
    long watermark() {
        return watermark;
    }

    /** Works out the watermark anew, after something has changed. */
    void advance() {
        List<UpstreamShard> active = listed.stream().filter(this::holdsBack).toList();
        List<UpstreamShard> idle = listed.stream().filter(this::isIdle).toList();
        long least = active.isEmpty()
                ? max(idle, EntryEnd::watermark)
                : times(active, EntryEnd::watermark).min().orElse(Progress.NO_TIME);
        if (idle.isEmpty()) {
            watermark = Math.max(watermark, least);
            await(null);
            return;
        }
        long clear = times(idle, EntryEnd::clearMillis).min().orElse(Progress.NO_TIME);
        Waiting kept = waiting;
        if (kept != null && kept.arrivalMillis <= clear) {
            // One that was idle may be active again, and not have come as far.
            watermark = Math.max(watermark, Math.min(kept.watermark, least));
            kept = null;
        }
        if (kept == null && least > watermark) {
            long arrival = max(listed, EntryEnd::arrivalMillis);
            if (arrival <= clear) {
                watermark = least;
            } else {
                kept = new Waiting(least, arrival);
            }
        }
        await(kept);
    }

    private void await(@Nullable Waiting next) {
        waitingChanged |= next == null ? waiting != null : !next.equals(waiting);
        waiting = next;
    }

    /** When the last record arrived in the source that was taken in here. */
    long arrivalMillis() {
        return max(listed, EntryEnd::arrivalMillis);
    }

    /**
     * Where all are idle, and what they sent counts as a whole: up to when all that had arrived in the source is taken in.
     * Otherwise {@link Progress#NO_TIME}.
     */
    long clearMillis() {
        if (listed.isEmpty() || waiting != null || listed.stream().anyMatch(this::holdsBack)) {
            return Progress.NO_TIME;
        }
        return times(listed.stream().filter(this::isIdle).toList(), EntryEnd::clearMillis)
                .min()
                .orElse(Progress.NO_TIME);
    }

    /** Where all are idle: how far event time has gone on by {@link #clearMillis}. */
    long idleMillis() {
        long clear = clearMillis();
        return clear == Progress.NO_TIME
                ? Progress.NO_TIME
                : max(
                        listed,
                        end -> end.idleMillis() == Progress.NO_TIME
                                ? Progress.NO_TIME
                                : end.idleMillis() - (end.clearMillis() - clear));
    }

    private boolean isIdle(UpstreamShard shard) {
        Upstream upstream = heard.get(shard.id());
        return upstream != null && upstream.end().state() == EntryEnd.State.IDLE;
    }

    private boolean holdsBack(UpstreamShard shard) {
        Upstream upstream = heard.get(shard.id());
        if (upstream == null) {
            return shard.parents().stream().noneMatch(this::isListed);
        }
        return switch (upstream.end().state()) {
            case ACTIVE -> true;
            case IDLE -> false;
            case ENDED -> {
                List<UpstreamShard> children = listed.stream()
                        .filter(other -> other.parents().contains(shard.id()))
                        .toList();
                yield children.isEmpty() || !children.stream().allMatch(child -> heard.containsKey(child.id()));
            }
        };
    }

    private long max(List<UpstreamShard> shards, ToLongFunction<EntryEnd> time) {
        return times(shards, time).max().orElse(Progress.NO_TIME);
    }

    private LongStream times(List<UpstreamShard> shards, ToLongFunction<EntryEnd> time) {
        return shards.stream().mapToLong(shard -> {
            Upstream upstream = heard.get(shard.id());
            return time.applyAsLong(upstream == null ? Upstream.NOTHING : upstream.end());
        });
    }

    /** Adds what has changed since the last commit, in any order. */
    void addChanges(List<CellChange> changes) {
        for (UpstreamId id : changed) {
            Upstream upstream = heard.get(id);
            if (upstream != null) {
                changes.add(new CellChange(Upstream.keyOf(id), Upstream.NAMESPACE, upstream.encode()));
            }
        }
        Waiting kept = waiting;
        if (waitingChanged && (kept != null || waitingStored)) {
            changes.add(new CellChange(WAITING, NAMESPACE, kept == null ? null : encode(kept)));
        }
    }

    private static byte[] encode(Waiting kept) {
        ByteWriter writer = new ByteWriter();
        writer.writeSigned(kept.watermark);
        writer.writeSigned(kept.arrivalMillis);
        return writer.toByteArray();
    }

    void committed() {
        changed.clear();
        waitingStored = waiting != null;
        waitingChanged = false;
    }
}

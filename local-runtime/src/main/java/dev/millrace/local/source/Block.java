package dev.millrace.local.source;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a stretch of a source has for each shard. Filled by one thread, and then read by any. */
final class Block {
    /**
     * A record of a shard.
     *
     * @param position its place in the source, from 0
     */
    record Dealt(long position, String partitionKey, byte[] data) {}

    /** What ends the source at a position where there should be a record. */
    record Problem(long position, String message) {}

    private final List<List<Dealt>> byShard = new ArrayList<>();
    private @Nullable Problem problem;

    Block(int shardCount) {
        for (int i = 0; i < shardCount; i++) {
            byShard.add(new ArrayList<>());
        }
    }

    /** Adds a record; positions grow. */
    void add(int shard, Dealt dealt) {
        byShard.get(shard).add(dealt);
    }

    /** Says that nothing after the records so far can be read. */
    void endWith(Problem found) {
        problem = found;
    }

    @Nullable
    Problem problem() {
        return problem;
    }

    /** The records of a shard from a position on, inclusive. */
    List<Dealt> from(int shard, long position) {
        List<Dealt> all = byShard.get(shard);
        int low = 0;
        for (int high = all.size(); low < high; ) {
            int middle = (low + high) >>> 1;
            if (all.get(middle).position() < position) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return all.subList(low, all.size());
    }
}

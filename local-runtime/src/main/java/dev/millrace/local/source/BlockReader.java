package dev.millrace.local.source;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Reads a source that can be read from any place, a block at a time, for several shards at once. The blocks used last are
 * kept, one for each shard and some more: as long as shards are near one another, a block is made once for all of them; a shard
 * that is far behind makes its own again, and waits for nobody. Safe for use by several threads.
 */
final class BlockReader {
    /** What Kinesis returns at most. */
    private static final int MAX_READ_BYTES = 10 << 20;

    /** Makes blocks. */
    interface Loader {
        /** The block with that index, counted from 0; the same whenever it is asked for. */
        Block load(long index) throws IOException;
    }

    /** Records, and the position to read on from. */
    record Found(List<Block.Dealt> records, long next) {}

    private final long span;
    private final int blocksPerRead;
    private final Loader loader;
    private final Map<Long, FutureTask<Block>> recent;

    /**
     * @param span how many positions a block has
     * @param spareBlocks how many are kept beside one for each shard; a read takes a quarter of that at most
     */
    BlockReader(int shardCount, long span, int spareBlocks, Loader loader) {
        this.span = span;
        this.blocksPerRead = Math.max(1, spareBlocks / 4);
        this.loader = loader;
        this.recent = new LinkedHashMap<>(shardCount + spareBlocks, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Long, FutureTask<Block>> eldest) {
                return size() > shardCount + spareBlocks;
            }
        };
    }

    /**
     * Records of a shard, of a few blocks at most; none do not mean that there are none before the end.
     *
     * @param from a position, inclusive
     * @param end a position, exclusive
     * @throws StreamReadException if the next record cannot be read
     */
    Found read(int shard, long from, long end, int limit) throws IOException, InterruptedException {
        List<Block.Dealt> records = new ArrayList<>();
        long next = from;
        long bytesLeft = MAX_READ_BYTES;
        for (int visited = 0; visited < blocksPerRead && next < end; visited++) {
            long index = next / span;
            Block block = block(index);
            for (Block.Dealt dealt : block.from(shard, next)) {
                bytesLeft -= dealt.data().length;
                boolean isFull = records.size() == limit || (bytesLeft < 0 && !records.isEmpty());
                if (isFull || dealt.position() >= end) {
                    return new Found(records, Math.min(dealt.position(), end));
                }
                records.add(dealt);
            }
            Block.Problem problem = block.problem();
            if (problem != null) {
                return beforeProblem(records, problem);
            }
            next = Math.min(end, (index + 1) * span);
        }
        return new Found(records, next);
    }

    private static Found beforeProblem(List<Block.Dealt> records, Block.Problem problem) {
        if (records.isEmpty()) {
            throw new StreamReadException(problem.message(), null, StreamReadException.Kind.INVALID);
        }
        return new Found(records, problem.position());
    }

    private Block block(long index) throws IOException, InterruptedException {
        FutureTask<Block> task;
        synchronized (recent) {
            task = recent.computeIfAbsent(index, missing -> new FutureTask<>(() -> loader.load(missing)));
        }
        task.run();
        try {
            return task.get();
        } catch (ExecutionException e) {
            synchronized (recent) {
                recent.remove(index, task);
            }
            if (e.getCause() instanceof StreamReadException problem) {
                throw new StreamReadException(problem, problem.kind());
            }
            if (e.getCause() instanceof IOException problem) {
                throw new IOException(problem.getMessage(), problem);
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}

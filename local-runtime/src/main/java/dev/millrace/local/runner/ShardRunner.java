package dev.millrace.local.runner;

import dev.millrace.driver.NotDrainedException;
import dev.millrace.engine.OtherPipelineException;
import dev.millrace.local.source.StreamReadException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that reads one shard of the source, applies each record as it comes, and commits now and then. While it commits and
 * emits it does not read, so that a sink or a stage that is slow slows it down. What fails is tried again from the last
 * commit, after a while.
 */
final class ShardRunner implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(ShardRunner.class);
    private static final long FIRST_BACKOFF_MILLIS = 100;
    private static final long LAST_BACKOFF_MILLIS = 5_000;
    private static final long PARENTS_MILLIS = 100;
    private static final long LONGEST_WAIT_MILLIS = 500;
    private static final int READ_LIMIT = 1_000;

    private final String stream;
    private final String shardId;
    private final ShardPartition partition;
    private final RunnerSettings settings;
    private final CountDownLatch stop;

    private long commitByNanos;
    private long tickByNanos;
    private long backoffMillis = FIRST_BACKOFF_MILLIS;
    private volatile boolean hasEnded;
    private volatile @Nullable String heldUp;
    private volatile @Nullable String unreadable;

    /**
     * @param stream the source's name
     * @param stop counts down to zero when the runner is to end
     */
    ShardRunner(String stream, String shardId, ShardPartition partition, RunnerSettings settings, CountDownLatch stop) {
        this.stream = stream;
        this.shardId = shardId;
        this.partition = partition;
        this.settings = settings;
        this.stop = stop;
    }

    /** Whether all of the shard is committed, and nothing more will come. */
    boolean hasEnded() {
        return hasEnded;
    }

    /** As {@link ShardPartition#failed}, or why the source cannot be read on; safe for use by several threads. */
    @Nullable
    String heldUp() {
        return heldUp;
    }

    /** Why the shard, or its state, cannot be read, now or ever; null where it can. Safe for use by several threads. */
    @Nullable
    String unreadable() {
        return unreadable;
    }

    ShardInput input() {
        return partition.input();
    }

    @Override
    public void run() {
        try {
            while (!isStopped() && !hasEnded) {
                try {
                    go();
                } catch (NotDrainedException e) {
                    LOG.debug("Shard {} waits for those that it came of: {}", shardId, e.getMessage());
                    await(PARENTS_MILLIS);
                } catch (StreamReadException e) {
                    if (isForGood(e.kind())) {
                        endFor(e);
                        return;
                    }
                    tryAgain(e);
                } catch (RuntimeException | Error e) {
                    // An error, too, must not end the thread: nobody would take its place.
                    Optional<OtherPipelineException> other = otherPipeline(e);
                    if (other.isPresent()) {
                        endFor(other.get());
                        return;
                    }
                    heldUp = HeldUpException.reason(e);
                    tryAgain(e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void endFor(RuntimeException e) {
        unreadable = String.valueOf(e.getMessage());
        LOG.error("Shard {} of {} is not read any more: {}", shardId, stream, e.getMessage());
    }

    /** A place that is not there now will not be there later: the stream, or the file, is another. */
    private static boolean isForGood(StreamReadException.Kind kind) {
        return kind == StreamReadException.Kind.INVALID || kind == StreamReadException.Kind.NO_SUCH_POSITION;
    }

    /** State of another pipeline, here or in a stage that this one sends to, will not be another later. */
    private static Optional<OtherPipelineException> otherPipeline(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof OtherPipelineException other) {
                return Optional.of(other);
            }
        }
        return Optional.empty();
    }

    private void tryAgain(Throwable e) throws InterruptedException {
        LOG.warn(
                "Shard {} of {} goes on from its last commit in {} ms: {}",
                shardId,
                stream,
                backoffMillis,
                e.toString());
        LOG.debug("The failure", e);
        await(backoffMillis);
        backoffMillis = Math.min(2 * backoffMillis, LAST_BACKOFF_MILLIS);
    }

    private boolean isStopped() {
        return stop.getCount() == 0;
    }

    private void await(long millis) throws InterruptedException {
        boolean unused = stop.await(millis, TimeUnit.MILLISECONDS);
    }

    /** From the last commit on, until the shard ends or is to end. */
    private void go() throws InterruptedException {
        partition.begin();
        heldUp = null;
        nextTick();
        while (!isStopped() && !partition.input().hasEnded()) {
            boolean wasCommitted = !partition.isUncommitted();
            boolean hasCome = partition.read(READ_LIMIT, Duration.ofNanos(waitNanos()));
            if (hasCome && wasCommitted) {
                commitByNanos = System.nanoTime() + settings.commitInterval().toNanos();
            }
            if (partition.isUncommitted() && (partition.isFull() || System.nanoTime() - commitByNanos >= 0)) {
                flush();
            }
            if (!hasCome && System.nanoTime() - tickByNanos >= 0) {
                partition.tick();
                nextTick();
            }
        }
        flush();
        hasEnded = partition.input().hasEnded();
    }

    private void flush() throws InterruptedException {
        partition.flush();
        backoffMillis = FIRST_BACKOFF_MILLIS;
    }

    private void nextTick() {
        tickByNanos = System.nanoTime() + settings.tickInterval().toNanos();
    }

    /** Until something is to be done though nothing comes. */
    private long waitNanos() {
        long now = System.nanoTime();
        long wait = tickByNanos - now;
        if (partition.isUncommitted()) {
            wait = Math.min(wait, commitByNanos - now);
        }
        return Math.max(0, Math.min(wait, TimeUnit.MILLISECONDS.toNanos(LONGEST_WAIT_MILLIS)));
    }
}

package dev.millrace.local.kcl;

import dev.millrace.driver.NotDrainedException;
import dev.millrace.engine.OtherPipelineException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what has failed again, from the last commit, for as long as a shard's lease is held. */
final class Attempts {
    private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);
    private static final long FIRST_BACKOFF_MILLIS = 100;
    private static final long LAST_BACKOFF_MILLIS = 5_000;
    private static final long PARENTS_MILLIS = 200;
    /** Then it is time to say what a shard waits for: by KCL's leases its parents are read to their ends. */
    private static final int LONG_WAIT = 100;

    private static final int SILENT_TRIES = 3;

    private final String stream;
    private final Predicate<String> isHeld;
    private final CountDownLatch stop;
    private final Consumer<String> failed;
    private final AtomicInteger underWay = new AtomicInteger();

    /**
     * @param isHeld whether the lease of a shard is held
     * @param stop counts down to zero when the process is to end
     * @param failed takes why it is no use to go on
     */
    Attempts(String stream, Predicate<String> isHeld, CountDownLatch stop, Consumer<String> failed) {
        this.stream = stream;
        this.isHeld = isHeld;
        this.stop = stop;
        this.failed = failed;
    }

    /** @return false if it was given up, since the lease is not held any more, or the process is to end */
    boolean untilDone(String shardId, Runnable action) {
        return tryAll(
                "shard " + shardId + " of " + stream + " goes on from its last commit",
                () -> isHeld.test(shardId),
                0,
                action);
    }

    /** Of what is done before any lease is held. Others that do the same at the same time may make it fail at first. */
    boolean untilReady(Runnable action) {
        return tryAll("the tables of leases of " + stream + " are seen to again", () -> true, SILENT_TRIES, action);
    }

    /**
     * @param what happens, once a pause is over
     * @param silentTries how often that may be so before a word is said of it
     */
    private boolean tryAll(String what, BooleanSupplier goesOn, int silentTries, Runnable action) {
        underWay.incrementAndGet();
        try {
            return goOn(what, goesOn, silentTries, action);
        } finally {
            underWay.decrementAndGet();
        }
    }

    private boolean goOn(String what, BooleanSupplier goesOn, int silentTries, Runnable action) {
        long backoffMillis = FIRST_BACKOFF_MILLIS;
        int failures = 0;
        int waits = 0;
        while (stop.getCount() > 0 && goesOn.getAsBoolean()) {
            try {
                action.run();
                return true;
            } catch (NotDrainedException e) {
                waits++;
                if (waits % LONG_WAIT == 0) {
                    LOG.warn("In {} a shard still waits for one that it came of: {}", stream, e.getMessage());
                }
                pause(PARENTS_MILLIS);
            } catch (RuntimeException | Error e) {
                if (isOfOtherPipeline(e)) {
                    failed.accept(String.valueOf(e.getMessage()));
                    return false;
                }
                failures++;
                if (failures > silentTries) {
                    LOG.warn("In {} ms {}: {}", backoffMillis, what, e.toString());
                }
                LOG.debug("The failure", e);
                pause(backoffMillis);
                backoffMillis = Math.min(2 * backoffMillis, LAST_BACKOFF_MILLIS);
            }
        }
        return false;
    }

    /** Once the process is to end: whether nothing is being done any more, and nothing will be. */
    boolean areOver() {
        return stop.getCount() == 0 && underWay.get() == 0;
    }

    private static boolean isOfOtherPipeline(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof OtherPipelineException) {
                return true;
            }
        }
        return false;
    }

    private void pause(long millis) {
        try {
            boolean unused = stop.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            // KCL ends its threads.
            stop.countDown();
            Thread.currentThread().interrupt();
        }
    }
}

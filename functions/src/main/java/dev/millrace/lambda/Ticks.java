package dev.millrace.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import dev.millrace.driver.NotDrainedException;
import dev.millrace.driver.ShardInfo;
import dev.millrace.driver.ShardLineage;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes ticks, each for all shards of a stage, one after another. An invocation that ends before its time is over leaves the
 * others to the next tick, which begins elsewhere: so all have their turn, also where a function has not the time for all.
 */
final class Ticks {
    private static final Logger LOG = LoggerFactory.getLogger(Ticks.class);
    private static final long TURN_MILLIS = Duration.ofMinutes(1).toMillis();

    private final SourceShards shards;
    private final Partitions partitions;
    private final Clock clock;

    Ticks(SourceShards shards, Partitions partitions, Clock clock) {
        this.shards = shards;
        this.partitions = partitions;
        this.clock = clock;
    }

    /** @param context tells how much time is left; null where there is no limit */
    void tickAll(@Nullable Context context) {
        long awaited = partitions.awaitedMillis();
        boolean isDone = tickAllOnce(context);
        if (isDone && partitions.awaitedMillis() > awaited) {
            // Those that came first did not know yet what others wait for.
            tickAllOnce(context);
        }
    }

    /** @return false if some were left out for want of time */
    private boolean tickAllOnce(@Nullable Context context) {
        RuntimeException first = null;
        List<ShardInfo> listed = shards.list();
        ShardLineage lineage = new ShardLineage(listed);
        int start = listed.isEmpty() ? 0 : (int) (clock.millis() / TURN_MILLIS % listed.size());
        long longest = 0;
        int done = 0;
        while (done < listed.size() && hasTimeFor(context, longest)) {
            String shard = listed.get((start + done) % listed.size()).shardId();
            long before = remainingMillis(context);
            try {
                boolean isSealed =
                        lineage.children(shard).stream().anyMatch(child -> partitions.exists(child.shardId()));
                if (!isSealed) {
                    tick(shard);
                }
            } catch (NotDrainedException e) {
                // Its parents are still being read, which is as it should be: they get ticks of their own.
                LOG.debug("No tick for {}: {}", shard, e.getMessage());
            } catch (RuntimeException e) {
                // One partition in trouble must not keep the others' windows open.
                LOG.error("The tick of {} failed, and will be repeated: {}", shard, e.toString());
                first = Objects.requireNonNullElse(first, e);
            }
            longest = Math.max(longest, before - remainingMillis(context));
            done++;
        }
        if (done < listed.size()) {
            LOG.warn(
                    "{} of {} shards were ticked before the function's time was over; the next tick begins with others. A longer"
                            + " timeout or more memory would do for all",
                    done,
                    listed.size());
        }
        if (first != null) {
            throw first;
        }
        return done == listed.size();
    }

    /** Windows close there, if it is idle, as time passes. */
    private void tick(String shard) {
        Shard probe = shards.shard(shard);
        long awaited = partitions.awaitedMillis();
        partitions.use(shard, Cause.tick(clock.millis()), driver -> {
            // The time comes before the read that proves the shard idle (T1).
            driver.tick(clock.millis(), awaited, probe);
            return true;
        });
    }

    /** Twice what the longest took: the next may have more to do. */
    private static boolean hasTimeFor(@Nullable Context context, long longestMillis) {
        return longestMillis == 0 || remainingMillis(context) > 2 * longestMillis;
    }

    private static long remainingMillis(@Nullable Context context) {
        return context == null ? Integer.MAX_VALUE : context.getRemainingTimeInMillis();
    }
}

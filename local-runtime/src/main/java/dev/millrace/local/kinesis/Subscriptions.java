package dev.millrace.local.kinesis;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The last subscription of each consumer of a stream to each shard, also one that is over: the next may come too soon. */
final class Subscriptions {
    private static final Duration APART = Duration.ofSeconds(5);

    private final Map<Key, ShardSubscription> last = new HashMap<>();

    /** A consumer that is registered again under its name is another one. */
    private record Key(String consumer, long registeredMillis, int shardIndex) {
        Key(ShardSubscription subscription) {
            this(
                    subscription.consumer().name(),
                    subscription.consumer().createdMillis(),
                    subscription.place().shardIndex());
        }
    }

    /** Lets a subscription take the place of the one before, unless that one began less than five seconds earlier. */
    synchronized void begin(ShardSubscription subscription) {
        last.values().removeIf(past -> !past.isPossible());
        Key key = new Key(subscription);
        @Nullable ShardSubscription before = last.get(key);
        if (before != null) {
            long apart = subscription.beganMillis() - before.beganMillis();
            // Clocks may be set back.
            if (apart >= 0 && apart < APART.toMillis()) {
                throw new KinesisException(
                        KinesisException.Type.ResourceInUseException,
                        "Another active subscription exists for this consumer: " + key.consumer()
                                + ". It began " + apart + " ms ago, and may be replaced " + APART.toSeconds()
                                + " seconds after that.");
            }
        }
        last.put(key, subscription);
        if (before != null) {
            before.supersede();
        }
    }
}

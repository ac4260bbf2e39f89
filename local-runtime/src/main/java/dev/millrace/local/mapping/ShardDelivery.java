package dev.millrace.local.mapping;

import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import dev.millrace.local.kinesis.StreamRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Invokes the function with one shard's batches, and notes how far it has come. For one thread at a time. */
final class ShardDelivery {
    private static final Logger LOG = LoggerFactory.getLogger(ShardDelivery.class);

    private final String stream;
    private final String shardId;
    private final StageFunction function;
    private final Checkpoints checkpoints;
    private @Nullable RuntimeException failure;

    ShardDelivery(String stream, String shardId, StageFunction function, Checkpoints checkpoints) {
        this.stream = stream;
        this.shardId = shardId;
        this.function = function;
        this.checkpoints = checkpoints;
    }

    /** What the function threw when it was last invoked; null if it did not. */
    @Nullable
    RuntimeException failure() {
        return failure;
    }

    /**
     * Delivers what is next of a batch, or gives it up.
     *
     * @return whether the mapping has moved on
     */
    boolean attempt(Delivery delivery, long nowMillis) {
        failure = null;
        Delivery.Discarded discarded = delivery.discard(nowMillis);
        if (discarded == null) {
            return invoke(delivery);
        }
        List<StreamRecord> records = discarded.records();
        LOG.error(
                "Discarded {} records of {}, from sequence number {} to {}: {}",
                records.size(),
                shardId,
                records.get(0).sequenceNumber(),
                Delivery.last(records),
                discarded.reason());
        checkpoints.done(shardId, Delivery.last(records));
        return true;
    }

    private boolean invoke(Delivery delivery) {
        StreamsEventResponse response;
        try {
            response = function.handle(KinesisEvents.of(stream, shardId, delivery.next()));
        } catch (RuntimeException e) {
            LOG.warn(
                    "The function failed on a batch of {} records of {}; the batch will come again: {}",
                    delivery.next().size(),
                    shardId,
                    e.toString());
            LOG.debug("The function's failure", e);
            failure = e;
            delivery.failed();
            return false;
        }
        List<StreamsEventResponse.BatchItemFailure> failures =
                response == null ? null : response.getBatchItemFailures();
        String done = failures == null || failures.isEmpty()
                ? delivery.succeeded()
                : delivery.failedAt(failures.stream()
                        .map(failed -> String.valueOf(failed.getItemIdentifier()))
                        .toList());
        if (done != null) {
            checkpoints.done(shardId, done);
        }
        return done != null;
    }
}

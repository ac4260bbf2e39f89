package dev.millrace.local.mapping;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;

/** The function that a mapping invokes, from several threads at once: one for each shard, and one for ticks. */
@FunctionalInterface
public interface StageFunction {
    /**
     * Handles an event: a batch of one shard, or, without records, a tick for all shards. An exception stands for a function
     * error: a batch will come again, and after a tick the next one.
     */
    StreamsEventResponse handle(KinesisEvent event);
}

package dev.millrace.local.mapping;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;

/** The function that a mapping invokes. Must be safe for use by several threads; a shard is one thread's. */
public interface StageFunction {
    /** Handles a batch. An exception stands for a function error: the batch will come again. */
    StreamsEventResponse handle(KinesisEvent batch);

    /** Lets a shard know that time has passed. An exception is logged, and the next tick tries again. */
    void tick(String shardId);
}

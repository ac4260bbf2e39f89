package dev.millrace.local.mapping;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import dev.millrace.Pipeline;
import dev.millrace.driver.PartitionObserver;
import dev.millrace.lambda.HandlerHost;
import dev.millrace.lambda.HandlerSettings;
import dev.millrace.lambda.KinesisHandler;
import dev.millrace.local.aws.AwsClients;
import dev.millrace.plan.Plan;
import java.time.Clock;

/** The function that a mapping invokes, from several threads at once: one for each shard, and one for ticks. */
@FunctionalInterface
public interface StageFunction {
    /**
     * Handles an event: a batch of one shard, or, without records, a tick for all shards. An exception stands for a function
     * error: a batch will come again, and after a tick the next one.
     */
    StreamsEventResponse handle(KinesisEvent event);

    /**
     * The real handler, in this process, with nothing in memory.
     *
     * @param clients for state, results and ticks; not closed
     */
    static StageFunction inProcess(Pipeline pipeline, HandlerSettings settings, AwsClients clients, Clock clock) {
        return inProcess(pipeline, settings, clients, clock, PartitionObserver.NONE);
    }

    /** As above, while {@code observer} looks on. */
    static StageFunction inProcess(
            Pipeline pipeline, HandlerSettings settings, AwsClients clients, Clock clock, PartitionObserver observer) {
        HandlerHost host = HandlerHost.ofProcess(clock).withObserver(observer);
        KinesisHandler handler =
                new KinesisHandler(Plan.of(pipeline), settings, clients.dynamoDb(), clients.kinesis(), host);
        return event -> handler.handleRequest(event, null);
    }
}

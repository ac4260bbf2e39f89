package dev.millrace.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import dev.millrace.Pipeline;
import dev.millrace.driver.Batch;
import dev.millrace.driver.BatchResult;
import dev.millrace.plan.PipelineLoader;
import dev.millrace.plan.Plan;
import dev.millrace.sink.OutboxEmitter;
import dev.millrace.state.StateLogStore;
import dev.millrace.state.dynamodb.DynamoDbStateLogStore;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * The handler of every stage's function: {@code dev.millrace.lambda.KinesisHandler}. The pipeline and its settings come from
 * the environment, see {@link HandlerSettings}. An event with records is a batch of one shard; an event without is a tick for
 * all shards of the stage's stream.
 *
 * <p>The event source mapping must report batch item failures, have a parallelization factor of 1, and must not filter.
 * Where a batch fails as a whole an exception is thrown, and the batch comes again. Safe for use by several threads; one
 * shard's events are handled one after another.
 */
public final class KinesisHandler implements RequestHandler<KinesisEvent, StreamsEventResponse> {
    private static final Logger LOG = LoggerFactory.getLogger(KinesisHandler.class);

    private final Plan plan;
    private final KinesisClient kinesis;
    private final Partitions partitions;
    private final Clock clock;

    /** As Lambda makes it. */
    public KinesisHandler() {
        this(
                PipelineLoader.load(
                        HandlerSettings.pipelineClass(System.getenv()), KinesisHandler.class.getClassLoader()),
                HandlerSettings.of(System.getenv()),
                DynamoDbClient.builder()
                        .httpClient(UrlConnectionHttpClient.create())
                        .build(),
                KinesisClient.builder()
                        .httpClient(UrlConnectionHttpClient.create())
                        .build(),
                Clock.systemUTC());
    }

    /**
     * As a driver in the same process makes it.
     *
     * @param dynamoDb for state and results; not closed
     * @param kinesis for ticks, results and dead letters; not closed
     * @param clock tells the time of batches and ticks
     */
    public KinesisHandler(
            Pipeline pipeline, HandlerSettings settings, DynamoDbClient dynamoDb, KinesisClient kinesis, Clock clock) {
        this.plan = Plan.of(pipeline);
        this.kinesis = kinesis;
        this.clock = clock;
        StateLogStore store = new DynamoDbStateLogStore(
                dynamoDb, settings.stateTable().orElse(plan.stateTable()), KinesisHandler::sleep);
        OutboxEmitter emitter = new OutboxEmitter(pipeline, () -> dynamoDb, () -> kinesis, KinesisHandler::sleep);
        this.partitions = new Partitions(plan, store, emitter, settings, Partitions.defaultStateBytes());
    }

    private static void sleep(Duration duration) throws InterruptedException {
        Thread.sleep(duration.toMillis());
    }

    @Override
    public StreamsEventResponse handleRequest(KinesisEvent event, @Nullable Context context) {
        if (event.getRecords() == null || event.getRecords().isEmpty()) {
            tickAll();
            return succeeded();
        }
        String shard = KinesisEventReader.shardOf(event);
        Batch batch = new Batch(KinesisEventReader.items(event), clock.millis());
        BatchResult result = partitions.use(shard, driver -> {
            Map<?, Long> before = driver.counts();
            BatchResult outcome = driver.apply(batch);
            if (!before.equals(driver.counts())) {
                LOG.info("Passed over so far in {}: {}", shard, driver.counts());
            }
            return outcome;
        });
        if (result instanceof BatchResult.FailedAt failed) {
            LOG.error(
                    "Record {} of {} cannot be processed, and holds up its shard: {}",
                    failed.sequenceNumber(),
                    shard,
                    failed.message());
            return StreamsEventResponse.builder()
                    .withBatchItemFailures(List.of(StreamsEventResponse.BatchItemFailure.builder()
                            .withItemIdentifier(failed.sequenceNumber())
                            .build()))
                    .build();
        }
        return succeeded();
    }

    /** Takes a tick for one shard: windows close there, if it is idle, as time passes. */
    public void tick(String shard) {
        Shard probe = new Shard(kinesis, plan.sourceStream(), shard);
        partitions.use(shard, driver -> {
            // The time comes before the read that proves the shard idle (T1).
            driver.tick(clock.millis(), probe);
            return true;
        });
    }

    private void tickAll() {
        RuntimeException first = null;
        for (String shard : Shard.list(kinesis, plan.sourceStream())) {
            try {
                tick(shard);
            } catch (RuntimeException e) {
                // One partition in trouble must not keep the others' windows open.
                LOG.error("The tick of {} failed, and will be repeated: {}", shard, e.toString());
                first = Objects.requireNonNullElse(first, e);
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private static StreamsEventResponse succeeded() {
        return StreamsEventResponse.builder().withBatchItemFailures(List.of()).build();
    }
}

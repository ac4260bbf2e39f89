package dev.millrace.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import dev.millrace.Pipeline;
import dev.millrace.driver.Batch;
import dev.millrace.driver.BatchItem;
import dev.millrace.driver.BatchResult;
import dev.millrace.driver.ShardInfo;
import dev.millrace.engine.Output;
import dev.millrace.engine.UpstreamId;
import dev.millrace.engine.UpstreamShard;
import dev.millrace.exchange.ExchangeEmitter;
import dev.millrace.exchange.ExchangeReader;
import dev.millrace.exchange.InternalStream;
import dev.millrace.metrics.EmbeddedMetrics;
import dev.millrace.metrics.Reporter;
import dev.millrace.plan.Exchange;
import dev.millrace.plan.PipelineLoader;
import dev.millrace.plan.Plan;
import dev.millrace.plan.Stage;
import dev.millrace.sink.Emitter;
import dev.millrace.sink.OutboxEmitter;
import dev.millrace.state.StateLogStore;
import dev.millrace.state.dynamodb.DynamoDbStateLogStore;
import dev.millrace.time.Pause;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.crac.Core;
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
    /** What a schedule sends to a stage's function for a tick: a Kinesis event without records, as JSON. */
    public static final String TICK_EVENT = "{\"Records\":[]}";

    private static final Logger LOG = LoggerFactory.getLogger(KinesisHandler.class);

    private final Stage stage;
    private final InternalStream input;
    private final ExchangeReader exchangeReader;
    private final SourceShards shards;
    private final Partitions partitions;
    private final Ticks ticks;
    private final Clock clock;
    /** Kept here, since the context to which it is registered does not hold on to it. */
    private final Priming priming;

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
                Clock.systemUTC(),
                EmbeddedMetrics.toStandardOutput());
        Core.getGlobalContext().register(priming);
    }

    /**
     * As a driver in the same process makes it. Reports no metrics.
     *
     * @param dynamoDb for state and results; not closed
     * @param kinesis for ticks, results and dead letters; not closed
     * @param clock tells the time of batches and ticks
     */
    public KinesisHandler(
            Pipeline pipeline, HandlerSettings settings, DynamoDbClient dynamoDb, KinesisClient kinesis, Clock clock) {
        this(pipeline, settings, dynamoDb, kinesis, clock, Reporter.NONE);
    }

    /**
     * As a driver makes it that decides all that is not the same from run to run. Reports no metrics.
     *
     * @param plan the same for all functions of a pipeline
     * @param dynamoDb for state and results; not closed
     * @param kinesis for ticks, results and dead letters; not closed
     */
    public KinesisHandler(
            Plan plan, HandlerSettings settings, DynamoDbClient dynamoDb, KinesisClient kinesis, HandlerHost host) {
        this(plan, settings, dynamoDb, kinesis, host, Reporter.NONE);
    }

    /** @param reporter takes a report of each batch, and of each partition's tick */
    KinesisHandler(
            Pipeline pipeline,
            HandlerSettings settings,
            DynamoDbClient dynamoDb,
            KinesisClient kinesis,
            Clock clock,
            Reporter reporter) {
        this(Plan.of(pipeline), settings, dynamoDb, kinesis, HandlerHost.ofProcess(clock), reporter);
    }

    private KinesisHandler(
            Plan plan,
            HandlerSettings settings,
            DynamoDbClient dynamoDb,
            KinesisClient kinesis,
            HandlerHost host,
            Reporter reporter) {
        Pipeline pipeline = plan.pipeline();
        this.stage = stage(plan, settings);
        this.shards = new SourceShards(kinesis, stage.inputStream());
        this.input = new InternalStream(stage.inputStream(), shards);
        this.exchangeReader = new ExchangeReader(pipeline.name(), stage);
        this.clock = host.clock();
        String stateTable = settings.stateTable().orElse(plan.stateTable());
        Pause pause = host.pause();
        Supplier<StateLogStore> stores = () -> new DynamoDbStateLogStore(dynamoDb, stateTable, pause);
        this.priming = new Priming(pipeline, stage, shards, stores.get());
        OutboxEmitter emitter = new OutboxEmitter(
                pipeline, () -> dynamoDb, () -> kinesis, pause, exchanges(stage, kinesis, pause), host.rowWriters());
        this.partitions = new Partitions(
                plan,
                stage,
                shards,
                () -> upstreams(plan, stage, kinesis),
                stores,
                host.observer().emitter(emitter),
                settings,
                host.logs(),
                new PartitionMeter.Reporting(reporter, clock, host.observer()),
                Partitions.defaultStateBytes());
        this.ticks = new Ticks(shards, partitions, clock);
    }

    private static Stage stage(Plan plan, HandlerSettings settings) {
        if (settings.stage().isPresent()) {
            return plan.stage(settings.stage().get());
        }
        if (plan.stages().size() > 1) {
            throw new IllegalArgumentException("environment variable " + HandlerSettings.STAGE
                    + " is not set: pipeline '" + plan.pipeline().name() + "' has several stages, and it must say which"
                    + " one of them to run: "
                    + String.join(", ", plan.stages().stream().map(Stage::name).toList()));
        }
        return plan.stages().get(0);
    }

    /** What sends to other stages, by the names of the sinks. */
    private static Map<String, Emitter> exchanges(Stage stage, KinesisClient kinesis, Pause pause) {
        Map<String, Emitter> emitters = new HashMap<>();
        for (Exchange exchange : stage.exchanges()) {
            InternalStream to = new InternalStream(exchange.stream(), new SourceShards(kinesis, exchange.stream()));
            emitters.put(Output.EXCHANGE + exchange.stage(), new ExchangeEmitter(exchange.stage(), to, kinesis, pause));
        }
        return emitters;
    }

    private static List<UpstreamShard> upstreams(Plan plan, Stage stage, KinesisClient kinesis) {
        List<UpstreamShard> all = new ArrayList<>();
        for (String upstream : stage.upstreams()) {
            String stream = plan.stage(upstream).inputStream();
            for (ShardInfo shard : new SourceShards(kinesis, stream).list()) {
                List<UpstreamId> parents = shard.parents().stream()
                        .map(parent -> new UpstreamId(upstream, parent))
                        .toList();
                all.add(new UpstreamShard(new UpstreamId(upstream, shard.shardId()), parents));
            }
        }
        return all;
    }

    private List<BatchItem> items(KinesisEvent event, String shard) {
        return stage.readsSource()
                ? KinesisEventReader.items(event)
                : exchangeReader.items(
                        KinesisEventReader.records(event), input.shard(shard).range());
    }

    Priming priming() {
        return priming;
    }

    /** Whether any partition is in memory, and with it what makes this process another than all others: a writer's id. */
    boolean holdsPartitions() {
        return partitions.holdsAny();
    }

    @Override
    public StreamsEventResponse handleRequest(KinesisEvent event, @Nullable Context context) {
        if (event.getRecords() == null || event.getRecords().isEmpty()) {
            ticks.tickAll(context);
            return succeeded();
        }
        String shard = KinesisEventReader.shardOf(event);
        Cause cause = Cause.batch(clock.millis(), event.getRecords().size());
        BatchResult result = partitions.use(shard, cause, driver -> {
            Map<?, Long> before = driver.counts();
            BatchResult outcome = driver.apply(new Batch(items(event, shard), clock.millis()));
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

    private static StreamsEventResponse succeeded() {
        return StreamsEventResponse.builder().withBatchItemFailures(List.of()).build();
    }
}

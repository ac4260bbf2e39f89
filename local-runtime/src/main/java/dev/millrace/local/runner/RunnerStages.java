package dev.millrace.local.runner;

import dev.millrace.driver.ShardInfo;
import dev.millrace.engine.Output;
import dev.millrace.exchange.ExchangeReader;
import dev.millrace.exchange.InternalStream;
import dev.millrace.lambda.HandlerHost;
import dev.millrace.local.source.SourceStream;
import dev.millrace.plan.Exchange;
import dev.millrace.plan.Plan;
import dev.millrace.plan.Stage;
import dev.millrace.sink.Emitter;
import dev.millrace.sink.OutboxEmitter;
import dev.millrace.state.StateLog;
import dev.millrace.state.dynamodb.DynamoDbStateLogStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** A pipeline's stages in one process, and the ways between them; no threads. */
public final class RunnerStages {
    private final Plan plan;
    private final SourceStream source;
    private final Function<String, SourceStream> streams;
    private final DynamoDbClient dynamoDb;
    private final KinesisClient kinesis;
    private final HandlerHost host;
    private final Duration idleTimeout;
    private final BiFunction<Emitter, StateLog, Emitter> emitters;
    private final Map<String, StraightEmitter.Receiver> receivers = new HashMap<>();
    private final StagePartitions ofSource;
    /** Of all stages, from the source on. */
    private final List<StagePartitions> all = new ArrayList<>();

    /**
     * @param source what the first stage reads
     * @param streams the stages' input streams by their names, to list their shards and to read a few records
     * @param dynamoDb for state and results; not closed
     * @param kinesis for results and dead letters; not closed
     * @param emitters makes what emits for a partition with a log, of what emits exactly once
     * @param receivers makes what takes what is sent to a stage, of its name and its partitions: asked for those stages first that
     *     are sent to
     */
    public RunnerStages(
            Plan plan,
            SourceStream source,
            Function<String, SourceStream> streams,
            DynamoDbClient dynamoDb,
            KinesisClient kinesis,
            HandlerHost host,
            Duration idleTimeout,
            BiFunction<Emitter, StateLog, Emitter> emitters,
            BiFunction<String, List<KeyedPartition>, StraightEmitter.Receiver> receivers) {
        this.plan = plan;
        this.source = source;
        this.streams = streams;
        this.dynamoDb = dynamoDb;
        this.kinesis = kinesis;
        this.host = host;
        this.idleTimeout = idleTimeout;
        this.emitters = emitters;
        // Each sends only to those after it.
        for (int i = plan.stages().size() - 1; i > 0; i--) {
            Stage stage = plan.stages().get(i);
            this.receivers.put(stage.name(), receivers.apply(stage.name(), keyedPartitions(stage)));
        }
        this.ofSource = partitions(plan.stages().get(0));
        Collections.reverse(all);
    }

    /** The partition of a shard of the source. */
    public SourcePartition source(String shardId) {
        return new SourcePartition(input(shardId), ofSource);
    }

    /** A shard of the source, to be read. */
    ShardInput input(String shardId) {
        return new ShardInput(source, shardId, host.clock());
    }

    /** The partitions of the stage that reads the source. */
    StagePartitions ofSource() {
        return ofSource;
    }

    /** Those of all stages, from the source on. */
    List<StagePartitions> all() {
        return List.copyOf(all);
    }

    private StagePartitions partitions(Stage stage) {
        StagePartitions made = new StagePartitions(
                plan,
                stage,
                new ListedShards(streams.apply(stage.inputStream())),
                new StageUpstreams(plan, stage, streams),
                () -> new DynamoDbStateLogStore(dynamoDb, plan.stateTable(), host.pause()),
                host.logs(),
                log -> emitter(stage, log),
                idleTimeout,
                host.observer());
        all.add(made);
        return made;
    }

    private List<KeyedPartition> keyedPartitions(Stage stage) {
        StagePartitions partitions = partitions(stage);
        SourceStream stream = streams.apply(stage.inputStream());
        ExchangeReader reader = new ExchangeReader(plan.pipeline().name(), stage);
        List<KeyedPartition> keyed = new ArrayList<>();
        for (ShardInfo shard : new InternalStream(stage.inputStream(), new ListedShards(stream)).shards()) {
            keyed.add(new KeyedPartition(partitions, shard, reader, stream, host.clock()));
        }
        return keyed;
    }

    /** What emits what a log's entries have: to sinks, and straight to other stages. */
    private Emitter emitter(Stage stage, StateLog log) {
        Map<String, Emitter> exchanges = new HashMap<>();
        for (Exchange exchange : stage.exchanges()) {
            InternalStream stream =
                    new InternalStream(exchange.stream(), new ListedShards(streams.apply(exchange.stream())));
            exchanges.put(
                    Output.EXCHANGE + exchange.stage(),
                    host.observer()
                            .exchange(
                                    exchange.stage(),
                                    new StraightEmitter(
                                            exchange.stage(),
                                            stream,
                                            log,
                                            Objects.requireNonNull(receivers.get(exchange.stage())))));
        }
        return emitters.apply(
                host.observer()
                        .emitter(new OutboxEmitter(
                                plan.pipeline(),
                                () -> dynamoDb,
                                () -> kinesis,
                                host.pause(),
                                exchanges,
                                host.rowWriters())),
                log);
    }
}

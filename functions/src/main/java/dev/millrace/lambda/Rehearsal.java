package dev.millrace.lambda;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import dev.millrace.Aggregations;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Result;
import dev.millrace.Windows;
import dev.millrace.codec.Codecs;
import dev.millrace.driver.Batch;
import dev.millrace.driver.BatchItem;
import dev.millrace.driver.PartitionDriver;
import dev.millrace.driver.PartitionSettings;
import dev.millrace.driver.ShardInfo;
import dev.millrace.driver.StreamShards;
import dev.millrace.engine.HashRange;
import dev.millrace.engine.Limits;
import dev.millrace.engine.Output;
import dev.millrace.engine.Position;
import dev.millrace.engine.SourceRecord;
import dev.millrace.engine.UpstreamId;
import dev.millrace.engine.UpstreamShard;
import dev.millrace.exchange.ExchangeEmitter;
import dev.millrace.exchange.ExchangeReader;
import dev.millrace.exchange.InternalStream;
import dev.millrace.exchange.Packer;
import dev.millrace.metrics.EmbeddedMetrics;
import dev.millrace.plan.Exchange;
import dev.millrace.plan.Plan;
import dev.millrace.plan.Stage;
import dev.millrace.sink.Emitter;
import dev.millrace.sink.IdentifiedOutput;
import dev.millrace.sink.OutboxEmitter;
import dev.millrace.state.InMemoryStateLogStore;
import dev.millrace.state.LogName;
import dev.millrace.state.StateLog;
import dev.millrace.state.StateLogSettings;
import dev.millrace.state.StateLogStore;
import dev.millrace.state.dynamodb.DynamoDbStateLogStore;
import dev.millrace.time.Pause;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * Runs some batches of a small pipeline of its own, so that the classes of a batch's path are loaded and have run. All of it
 * happens in this process: its state is in memory, and its clients answer themselves. It draws no random numbers.
 */
final class Rehearsal {
    /** Seven letters, as the canned answer has it. */
    private static final String SHARD = "shard-0";

    private static final long START_MILLIS = 1_700_000_000_000L;
    private static final Duration WINDOW = Duration.ofSeconds(10);
    private static final int RECORDS = 50;

    /** In CBOR, which Kinesis answers in: an object whose Records are one object, whose ShardId is {@link #SHARD}. */
    private static final byte[] ONE_RECORD_PUT =
            ("\u00a1gRecords\u0081\u00a1gShardIdg" + SHARD).getBytes(StandardCharsets.ISO_8859_1);

    private static final byte[] EMPTY_OBJECT = "{}".getBytes(StandardCharsets.UTF_8);
    private static final Pause NO_PAUSE = pause -> {};

    private final Plan plan = Plan.of(pipeline());
    private final DynamoDbClient dynamoDb;
    private final KinesisClient kinesis;
    private int lives;
    /** What was sent to the second stage. */
    private final List<IdentifiedOutput> sent = new ArrayList<>();

    private Rehearsal(DynamoDbClient dynamoDb, KinesisClient kinesis) {
        this.dynamoDb = dynamoDb;
        this.kinesis = kinesis;
    }

    /** Takes a second or so where nothing is loaded yet. */
    static void run() {
        StaticCredentialsProvider nobody =
                StaticCredentialsProvider.create(AwsBasicCredentials.create("rehearsal", "rehearsal"));
        try (DynamoDbClient dynamoDb = DynamoDbClient.builder()
                        .httpClient(new CannedHttpClient(EMPTY_OBJECT))
                        .credentialsProvider(nobody)
                        .region(Region.US_EAST_1)
                        .build();
                KinesisClient kinesis = KinesisClient.builder()
                        .httpClient(new CannedHttpClient(ONE_RECORD_PUT))
                        .credentialsProvider(nobody)
                        .region(Region.US_EAST_1)
                        .build()) {
            new Rehearsal(dynamoDb, kinesis).runStages();
        }
    }

    private static Pipeline pipeline() {
        PipelineBuilder builder = Pipeline.named("rehearsal").deadLetters("rehearsal-letters");
        builder.from("rehearsal", Codecs.string(), EventTime.extracted(Rehearsal::time, Duration.ofSeconds(1)))
                .keyByPartitionKey(text -> text.substring(0, text.indexOf(' ')))
                .window(Windows.tumbling(WINDOW))
                .aggregate(Aggregations.count())
                .map(result -> result.key() + " " + result.value())
                .keyBy(text -> text)
                .window(Windows.tumbling(WINDOW))
                .aggregate(Aggregations.count())
                .toTable(
                        "rehearsal-counts",
                        row -> row.key("key", Result::key)
                                .sortKey("start", result -> result.window().start())
                                .attribute("count", Result::value));
        return builder.build();
    }

    private static Instant time(String text) {
        return Instant.parse(text.substring(text.indexOf(' ') + 1));
    }

    private void runStages() {
        try (OutboxEmitter emitter = new OutboxEmitter(
                plan.pipeline(),
                () -> dynamoDb,
                () -> kinesis,
                NO_PAUSE,
                exchanges(plan.stages().get(0)))) {
            Emitter both = outputs -> {
                emitter.emit(outputs);
                outputs.stream()
                        .filter(output -> output.output().sink().startsWith(Output.EXCHANGE))
                        .forEach(sent::add);
            };
            Stage first = plan.stages().get(0);
            drive(first, new DynamoDbStateLogStore(dynamoDb, "rehearsal-state", NO_PAUSE), both, items(1));
            StateLogStore memory = new InMemoryStateLogStore();
            drive(first, memory, both, items(1));
            // Another environment, which reads what the first has written.
            drive(first, memory, both, items(2));
            Stage second = plan.stages().get(1);
            drive(second, memory, both, received(second));
        }
    }

    private Map<String, Emitter> exchanges(Stage stage) {
        Exchange exchange = stage.exchanges().get(0);
        InternalStream to = new InternalStream(exchange.stream(), new OneShard());
        return Map.of(Output.EXCHANGE + exchange.stage(), new ExchangeEmitter(exchange.stage(), to, kinesis, NO_PAUSE));
    }

    private void drive(Stage stage, StateLogStore store, Emitter emitter, List<BatchItem> items) {
        LogName name = new LogName(plan.pipeline().name(), stage.name(), SHARD);
        StateLog log = new StateLog(store, name, StateLogSettings.of("rehearsal-" + ++lives, null));
        PartitionSettings settings = new PartitionSettings(null, false, Duration.ofSeconds(10), Limits.DEFAULT);
        PartitionDriver driver = new PartitionDriver(
                plan.pipeline(),
                name,
                log,
                emitter,
                settings,
                () -> stage.upstreams().stream()
                        .map(upstream -> new UpstreamShard(new UpstreamId(upstream, SHARD), List.of()))
                        .toList());
        Clock clock = Clock.fixed(Instant.ofEpochMilli(START_MILLIS), ZoneOffset.UTC);
        PartitionMeter meter = new PartitionMeter(
                new PartitionMeter.Reporting(new EmbeddedMetrics(line -> {}), clock), name, driver, log, store);
        driver.apply(new Batch(items, START_MILLIS));
        meter.report(Cause.batch(START_MILLIS, items.size()), false);
    }

    /** A batch whose last record closes the windows of those before. */
    private static List<BatchItem> items(int batch) {
        List<KinesisEvent.KinesisEventRecord> records = new ArrayList<>();
        for (int i = 0; i < RECORDS; i++) {
            long after = i + 1 < RECORDS ? i : 2 * WINDOW.toMillis();
            Instant time = Instant.ofEpochMilli(START_MILLIS + batch * 10L * WINDOW.toMillis() + after);
            records.add(record(batch * RECORDS + i, "key-" + i % 10, time));
        }
        KinesisEvent event = new KinesisEvent();
        event.setRecords(records);
        KinesisEventReader.shardOf(event);
        return KinesisEventReader.items(event);
    }

    @SuppressWarnings("JavaUtilDate") // What events have.
    private static KinesisEvent.KinesisEventRecord record(int number, String key, Instant time) {
        KinesisEvent.Record record = new KinesisEvent.Record();
        record.setSequenceNumber(Integer.toString(number));
        record.setPartitionKey(key);
        record.setData(ByteBuffer.wrap((key + " " + time).getBytes(StandardCharsets.UTF_8)));
        record.setApproximateArrivalTimestamp(Date.from(time));
        KinesisEvent.KinesisEventRecord of = new KinesisEvent.KinesisEventRecord();
        of.setEventID(SHARD + ":" + number);
        of.setKinesis(record);
        return of;
    }

    /** What the second stage is sent by an entry of the first. */
    private List<BatchItem> received(Stage second) {
        List<SourceRecord> records = new ArrayList<>();
        for (IdentifiedOutput output : sent) {
            Packer.pack(second.name(), List.of(output), new OneShard().list())
                    .forEach(packed -> records.add(new SourceRecord(
                            packed.partitionKey(),
                            packed.data(),
                            new Position(Integer.toString(records.size() + 1), 0, false),
                            START_MILLIS)));
        }
        return new ExchangeReader(plan.pipeline().name(), second).items(records, HashRange.ALL);
    }

    private static final class OneShard implements StreamShards {
        @Override
        public List<ShardInfo> list() {
            return List.of(new ShardInfo(SHARD, List.of(), HashRange.ALL, true));
        }

        @Override
        public boolean isReadAfter(String shardId, @Nullable Position position) {
            return true;
        }
    }
}

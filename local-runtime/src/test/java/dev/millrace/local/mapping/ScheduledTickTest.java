package dev.millrace.local.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import dev.millrace.Aggregations;
import dev.millrace.CollectingSink;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.codec.Codecs;
import dev.millrace.driver.NotDrainedException;
import dev.millrace.driver.PartitionSettings;
import dev.millrace.engine.Limits;
import dev.millrace.lambda.HandlerSettings;
import dev.millrace.lambda.KinesisHandler;
import dev.millrace.local.endpoint.LocalEndpoint;
import dev.millrace.local.endpoint.LocalEndpointOptions;
import dev.millrace.local.kinesis.PutEntry;
import dev.millrace.local.kinesis.StartingPosition;
import dev.millrace.plan.Plan;
import dev.millrace.state.LogContents;
import dev.millrace.state.LogName;
import dev.millrace.state.StateLogReader;
import dev.millrace.state.dynamodb.DynamoDbStateLogStore;
import dev.millrace.state.dynamodb.StateTable;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** The real handler's scheduled tick, for all shards of a stream that was split. */
class ScheduledTickTest {
    private static final String STREAM = "visits";
    private static final String PARENT = "shardId-000000000000";
    private static final List<String> CHILDREN = List.of("shardId-000000000001", "shardId-000000000002");
    private static final StaticCredentialsProvider CREDENTIALS =
            StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"));

    private final Pipeline pipeline = pipeline();
    private final LocalEndpoint endpoint =
            LocalEndpoint.start(LocalEndpointOptions.defaults().withPort(0));
    private final DynamoDbClient dynamoDb = DynamoDbClient.builder()
            .endpointOverride(endpoint.uri())
            .region(Region.US_EAST_1)
            .credentialsProvider(CREDENTIALS)
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .build();
    private final KinesisClient kinesis = KinesisClient.builder()
            .endpointOverride(endpoint.uri())
            .region(Region.US_EAST_1)
            .credentialsProvider(CREDENTIALS)
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .build();

    @AfterEach
    void close() {
        dynamoDb.close();
        kinesis.close();
        endpoint.close();
    }

    private static Pipeline pipeline() {
        PipelineBuilder pipeline = Pipeline.named("visiting");
        pipeline.from(STREAM, Codecs.string(), EventTime.ingestion())
                .keyByPartitionKey(text -> text)
                .aggregate(Aggregations.count())
                .map(result -> result.key() + result.value())
                .collect(new CollectingSink<>("counts", Codecs.string()));
        return pipeline.build();
    }

    private KinesisHandler handler() {
        StateTable.createIfAbsent(dynamoDb, Plan.of(pipeline).stateTable());
        return new KinesisHandler(
                pipeline,
                new HandlerSettings(
                        Optional.empty(),
                        Optional.empty(),
                        new PartitionSettings("mapping-1", true, Duration.ofHours(1), Limits.DEFAULT)),
                dynamoDb,
                kinesis,
                Clock.systemUTC());
    }

    private Optional<LogContents> log(String shard) {
        DynamoDbStateLogStore store =
                new DynamoDbStateLogStore(dynamoDb, Plan.of(pipeline).stateTable(), pause -> {});
        return StateLogReader.read(
                store, new LogName("visiting", Plan.of(pipeline).stages().get(0).name(), shard));
    }

    /** What the mapping would deliver of a shard. */
    private KinesisEvent batch(String shard) {
        String from = endpoint.kinesis().shardIterator(STREAM, shard, new StartingPosition.TrimHorizon());
        return KinesisEvents.of(
                STREAM, shard, endpoint.kinesis().read(from, 100).records());
    }

    @Test
    void whenAParentIsNotDrained_thenItsChildrenArePassedOver_andTakeOverOnceItIs() {
        endpoint.kinesis().createStream(STREAM, 1, false, Map.of());
        for (String key : List.of("a", "b", "c", "d")) {
            var unused =
                    endpoint.kinesis().put(STREAM, List.of(PutEntry.of(key, key.getBytes(StandardCharsets.UTF_8))));
        }
        endpoint.kinesis().splitShard(STREAM, PARENT, BigInteger.TWO.pow(127));
        for (String key : List.of("a", "b", "c", "d", "e", "f", "g", "h")) {
            var unused =
                    endpoint.kinesis().put(STREAM, List.of(PutEntry.of(key, key.getBytes(StandardCharsets.UTF_8))));
        }
        KinesisHandler handler = handler();

        handler.handleRequest(new KinesisEvent(), null);

        assertThat(CHILDREN).allSatisfy(child -> assertThat(log(child)).isEmpty());
        assertThatThrownBy(() -> handler.handleRequest(batch(CHILDREN.get(0)), null))
                .isInstanceOf(NotDrainedException.class);
        handler.handleRequest(batch(PARENT), null);
        handler().handleRequest(new KinesisEvent(), null);
        assertThat(CHILDREN).allSatisfy(child -> assertThat(log(child)).isPresent());
        long sealed = log(PARENT).orElseThrow().tip();
        // Redelivered once more, to one that knows nothing of the seal.
        handler.handleRequest(batch(PARENT), null);
        handler.handleRequest(new KinesisEvent(), null);
        assertThat(log(PARENT).orElseThrow().tip()).isEqualTo(sealed);
    }
}

package dev.millrace.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import com.amazonaws.services.lambda.runtime.serialization.events.LambdaEventSerializers;
import dev.millrace.Aggregations;
import dev.millrace.CollectingSink;
import dev.millrace.ErrorPolicy;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.PipelineException;
import dev.millrace.Result;
import dev.millrace.Windows;
import dev.millrace.codec.Codecs;
import dev.millrace.engine.EntryEnd;
import dev.millrace.engine.HashRange;
import dev.millrace.engine.Part;
import dev.millrace.engine.Parts;
import dev.millrace.engine.Progress;
import dev.millrace.engine.UpstreamId;
import dev.millrace.exchange.PackedRecord;
import dev.millrace.state.dynamodb.StateTable;
import dev.millrace.testing.DynamoDbLocalExtension;
import dev.millrace.testing.KinesisPeer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** Events as AWS sends them, deserialized as Lambda does it, against DynamoDB Local. */
class KinesisHandlerTest {
    @RegisterExtension
    static final DynamoDbLocalExtension DYNAMO_DB = new DynamoDbLocalExtension();

    private static final long BASE = 1_545_084_650_987L;
    private static final String FAILING = "49590338271490256608559692538361571095921575989136588902";
    private static int tables;

    private final KinesisPeer peer;
    private final KinesisClient kinesis;
    private final CollectingSink<String> results = new CollectingSink<>("results", Codecs.string());
    private final String table = "handler-state-" + ++tables;

    KinesisHandlerTest() throws IOException {
        peer = KinesisPeer.start("letters");
        peer.list("shardId-000000000006");
        kinesis = peer.client();
    }

    @AfterEach
    void close() {
        kinesis.close();
        peer.close();
    }

    private KinesisHandler handler(ErrorPolicy policy) {
        StateTable.createIfAbsent(DYNAMO_DB.client(), table);
        PipelineBuilder builder = Pipeline.named("handled").onError(policy);
        if (policy == ErrorPolicy.DEAD_LETTER) {
            builder.deadLetters("letters");
        }
        builder.from("lambda-stream", Codecs.string(), EventTime.extracted(KinesisHandlerTest::time, Duration.ZERO))
                .keyByPartitionKey(text -> text.substring(0, text.indexOf(',')))
                .window(Windows.tumbling(Duration.ofMillis(100)))
                .aggregate(Aggregations.count())
                .map(KinesisHandlerTest::text)
                .collect(results);
        return new KinesisHandler(
                builder.build(),
                HandlerSettings.of(Map.of("MILLRACE_STATE_TABLE", table, "MILLRACE_MAPPING_ID", "mapping-1")),
                DYNAMO_DB.client(),
                kinesis,
                Clock.fixed(Instant.ofEpochMilli(BASE + 10_000), ZoneOffset.UTC));
    }

    /** Windows begin at full tenths of a second, and the base does not. */
    private static @Nullable Instant time(String text) {
        return Instant.ofEpochMilli(BASE - BASE % 100 + Long.parseLong(text.substring(text.indexOf(',') + 1)));
    }

    private static String text(Result<String, Long> result) {
        return result.key() + " " + (result.window().start().toEpochMilli() - (BASE - BASE % 100)) + ": "
                + result.value();
    }

    private static KinesisEvent event(String name) {
        try (InputStream json = KinesisHandlerTest.class.getResourceAsStream(name)) {
            return LambdaEventSerializers.serializerFor(KinesisEvent.class, KinesisHandlerTest.class.getClassLoader())
                    .fromJson(Objects.requireNonNull(json, name));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The batch with its second record's data replaced. */
    private static KinesisEvent batchWithSecond(byte[] data) {
        KinesisEvent event = event("batch.json");
        event.getRecords().get(1).getKinesis().setData(ByteBuffer.wrap(data));
        return event;
    }

    private static List<String> failures(StreamsEventResponse response) {
        return response.getBatchItemFailures().stream()
                .map(StreamsEventResponse.BatchItemFailure::getItemIdentifier)
                .toList();
    }

    @Test
    void whenABatchIsDelivered_thenItsResultsAreEmittedOnce() {
        KinesisHandler handler = handler(ErrorPolicy.FAIL);

        assertThat(failures(handler.handleRequest(event("batch.json"), null))).isEmpty();
        assertThat(failures(handler.handleRequest(event("batch.json"), null))).isEmpty();
        assertThat(failures(handler(ErrorPolicy.FAIL).handleRequest(event("batch.json"), null)))
                .isEmpty();

        assertThat(results.values()).containsExactly("a 0: 2");
    }

    @Test
    void whenARecordFails_thenJustItsSequenceNumberIsReported_andThePrefixIsCommitted() {
        KinesisHandler handler = handler(ErrorPolicy.FAIL);
        handler.handleRequest(event("batch.json"), null);

        assertThat(failures(handler.handleRequest(event("batch-with-failure.json"), null)))
                .containsExactly(FAILING);
        assertThat(failures(handler.handleRequest(event("batch-with-failure.json"), null)))
                .containsExactly(FAILING);

        KinesisEvent mended = event("batch-with-failure.json");
        mended.getRecords().get(1).getKinesis().setData(ByteBuffer.wrap("a,170".getBytes(StandardCharsets.UTF_8)));
        assertThat(failures(handler(ErrorPolicy.FAIL).handleRequest(mended, null)))
                .isEmpty();
        assertThat(results.values()).containsExactly("a 0: 2", "a 100: 3");
    }

    @Test
    void whenThePolicyIsDeadLetters_thenTheFailingRecordIsOne() {
        KinesisHandler handler = handler(ErrorPolicy.DEAD_LETTER);
        handler.handleRequest(event("batch.json"), null);

        assertThat(failures(handler.handleRequest(event("batch-with-failure.json"), null)))
                .isEmpty();

        assertThat(results.values()).containsExactly("a 0: 2", "a 100: 2");
        assertThat(peer.taken())
                .singleElement()
                .satisfies(letter -> assertThat(letter.text())
                        .contains("\"reason\":\"no-event-time\"")
                        .contains(FAILING)
                        .contains("shardId-000000000006"));
    }

    @Test
    void aggregatedRecordsAreUnpacked() {
        byte[] aggregated = new AggregateWriter()
                .add("a", "a,20".getBytes(StandardCharsets.UTF_8))
                .add("b", "b,30".getBytes(StandardCharsets.UTF_8))
                .add("a", "a,40".getBytes(StandardCharsets.UTF_8))
                .toBytes();

        handler(ErrorPolicy.FAIL).handleRequest(batchWithSecond(aggregated), null);

        assertThat(results.values()).containsExactly("a 0: 3", "b 0: 1");
    }

    @Test
    void anEmptyAggregatedRecordIsPassedOver() {
        assertThat(failures(handler(ErrorPolicy.FAIL)
                        .handleRequest(batchWithSecond(new AggregateWriter().toBytes()), null)))
                .isEmpty();

        assertThat(results.values()).containsExactly("a 0: 1");
    }

    @Test
    void aCorruptedAggregatedRecordFollowsThePolicy() {
        // A user record that names a partition key that is not there.
        byte[] corrupted = AggregateWriter.seal(new byte[] {0x1a, 0x02, 0x08, 0x07});

        assertThat(failures(handler(ErrorPolicy.FAIL).handleRequest(batchWithSecond(corrupted), null)))
                .containsExactly("49590338271490256608559692538361571095921575989136588899");
        handler(ErrorPolicy.DEAD_LETTER).handleRequest(batchWithSecond(corrupted), null);

        assertThat(results.values()).containsExactly("a 0: 1");
        assertThat(peer.taken())
                .singleElement()
                .satisfies(letter -> assertThat(letter.text()).contains("\"reason\":\"undecodable\""));
    }

    @Test
    void anEventOfTwoShardsIsRefused() {
        assertThatThrownBy(() -> handler(ErrorPolicy.FAIL).handleRequest(event("batch-of-two-shards.json"), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("shardId-000000000006")
                .hasMessageContaining("shardId-000000000007");
    }

    @Test
    void aScheduledEventIsATick() {
        peer.list();
        // The peer lists no shards now; that it is asked shows what the event was taken for.
        assertThat(event("tick.json").getRecords()).isNull();
        assertThatThrownBy(() -> handler(ErrorPolicy.FAIL).handleRequest(event("tick.json"), null))
                .hasMessageContaining("only PutRecords");
    }

    private KinesisHandler handlerOfStages(@Nullable String stage) {
        StateTable.createIfAbsent(DYNAMO_DB.client(), table);
        PipelineBuilder builder =
                Pipeline.named("handled").onError(ErrorPolicy.DEAD_LETTER).deadLetters("letters");
        builder.from("lambda-stream", Codecs.string(), EventTime.extracted(KinesisHandlerTest::time, Duration.ZERO))
                .keyBy(text -> text.substring(0, text.indexOf(',')))
                .named("by-key")
                .window(Windows.tumbling(Duration.ofMillis(100)))
                .aggregate(Aggregations.count())
                .map(KinesisHandlerTest::text)
                .collect(results);
        Map<String, String> environment = new HashMap<>(Map.of("MILLRACE_STATE_TABLE", table));
        if (stage != null) {
            environment.put("MILLRACE_STAGE", stage);
        }
        return new KinesisHandler(
                builder.build(),
                HandlerSettings.of(environment),
                DYNAMO_DB.client(),
                kinesis,
                Clock.fixed(Instant.ofEpochMilli(BASE + 10_000), ZoneOffset.UTC));
    }

    @Test
    void whereThereAreSeveralStages_theEnvironmentMustSayWhich() {
        assertThatThrownBy(() -> handlerOfStages(null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("MILLRACE_STAGE")
                .hasMessageContaining("source, by-key");
        assertThatThrownBy(() -> handlerOfStages("by-kez"))
                .isInstanceOf(PipelineException.class)
                .hasMessage("pipeline 'handled' has no stage 'by-kez'; it has source, by-key");
    }

    @Test
    void whenARecordOfAnotherStageIsDamaged_thenItIsADeadLetterAsAWhole_andTheOthersCount() {
        long start = BASE - BASE % 100;
        KinesisEvent event = event("batch.json");
        for (int i = 0; i < 3; i++) {
            Part part = new Part(
                    0,
                    "by-key/aggregate",
                    "k".getBytes(StandardCharsets.UTF_8),
                    start,
                    start,
                    Codecs.longs().encode(1L));
            EntryEnd end = new EntryEnd(
                    1, start + (i == 2 ? 100 : 0), BASE, EntryEnd.State.ACTIVE, Progress.NO_TIME, Progress.NO_TIME);
            byte[] packed = new PackedRecord(
                            "handled",
                            new UpstreamId("source", "shardId-000000000006"),
                            "by-key",
                            1,
                            i + 1,
                            HashRange.ALL,
                            new Parts(List.of(part), end))
                    .encode();
            if (i == 1) {
                packed[packed.length - 1] ^= 1;
            }
            event.getRecords().get(i).getKinesis().setData(ByteBuffer.wrap(packed));
        }

        assertThat(failures(handlerOfStages("by-key").handleRequest(event, null)))
                .isEmpty();

        assertThat(results.values()).containsExactly("k 0: 2");
        assertThat(peer.taken())
                .singleElement()
                .satisfies(letter -> assertThat(letter.text())
                        .contains("\"undecodable\"", "damaged", "\"stage\":\"by-key\"")
                        .contains("49590338271490256608559692538361571095921575989136588899"));
    }
}

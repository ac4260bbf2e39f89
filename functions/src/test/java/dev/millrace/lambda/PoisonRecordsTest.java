package dev.millrace.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import dev.millrace.Aggregations;
import dev.millrace.CollectingSink;
import dev.millrace.Emission;
import dev.millrace.ErrorPolicy;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.codec.Codecs;
import dev.millrace.state.CorruptItemException;
import dev.millrace.state.dynamodb.StateTable;
import dev.millrace.testing.DynamoDbLocalExtension;
import dev.millrace.testing.Fuzzing;
import dev.millrace.testing.KinesisPeer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** Whatever a record holds, the handler treats it by the pipeline's policy; it is never the handler that fails. */
class PoisonRecordsTest {
    @RegisterExtension
    static final DynamoDbLocalExtension DYNAMO_DB = new DynamoDbLocalExtension();

    private static final int BATCHES = 40;
    private static final String GOOD = "\"a,0\"";

    private final CollectingSink<String> counts = new CollectingSink<>("counts", Codecs.string());

    private KinesisHandler handler(ErrorPolicy policy, String table, KinesisClient kinesis) {
        StateTable.createIfAbsent(DYNAMO_DB.client(), table);
        PipelineBuilder builder = Pipeline.named("poisoned").onError(policy);
        if (policy == ErrorPolicy.DEAD_LETTER) {
            builder.deadLetters("letters");
        }
        builder.from("stream", Codecs.json(String.class), EventTime.extracted(Events::time, Duration.ZERO))
                .keyByPartitionKey(PoisonRecordsTest::key)
                .aggregate(Aggregations.count())
                .emit(Emission.onUpdate())
                .map(result -> result.key() + result.value())
                .collect(counts);
        return new KinesisHandler(
                builder.build(),
                HandlerSettings.of(Map.of("MILLRACE_STATE_TABLE", table, "MILLRACE_MAPPING_ID", "mapping-1")),
                DYNAMO_DB.client(),
                kinesis,
                Clock.fixed(Instant.ofEpochMilli(Events.BASE + 10_000), ZoneOffset.UTC));
    }

    private static String key(String text) {
        return text.substring(0, text.indexOf(','));
    }

    /** Nothing that the pipeline could use: no JSON, an aggregate that is not whole, no time, or a key that is no text. */
    private static byte[] poison(Random random) {
        byte[] aggregate = new AggregateWriter()
                .add("a", GOOD.getBytes(StandardCharsets.UTF_8))
                .toBytes();
        return switch (random.nextInt(5)) {
            case 0 -> spoilt(Fuzzing.noise(1 + random.nextInt(40), random));
            case 1 -> AggregateWriter.seal(spoilt(Fuzzing.noise(1 + random.nextInt(40), random)));
            case 2 -> spoilt(Fuzzing.mutated(aggregate, aggregate, random));
            case 3 -> "\"a,never\"".getBytes(StandardCharsets.UTF_8);
            default -> "\"\\ud800,0\"".getBytes(StandardCharsets.UTF_8);
        };
    }

    /** With a first byte that begins neither text, an aggregate, nor a field. */
    private static byte[] spoilt(byte[] bytes) {
        byte[] spoilt = bytes.length == 0 ? new byte[1] : bytes.clone();
        spoilt[0] = (byte) 0xff;
        return spoilt;
    }

    /** Some records, by sequence number; the good ones are the very same array. */
    private static Map<Integer, byte[]> batch(int first, byte[] good, Random random) {
        Map<Integer, byte[]> records = new TreeMap<>();
        for (int i = 0; i < 10; i++) {
            records.put(first + i, random.nextBoolean() ? good : poison(random));
        }
        return records;
    }

    private static KinesisEvent event(Map<Integer, byte[]> records) {
        int first = records.keySet().iterator().next();
        KinesisEvent event =
                Events.batch(first, records.keySet().stream().map(n -> "a,0").toArray(String[]::new));
        for (KinesisEvent.KinesisEventRecord record : event.getRecords()) {
            int number = Integer.parseInt(record.getKinesis().getSequenceNumber());
            record.getKinesis().setData(ByteBuffer.wrap(records.getOrDefault(number, new byte[0])));
        }
        return event;
    }

    @ParameterizedTest
    @EnumSource(ErrorPolicy.class)
    void whateverARecordHolds_thePolicyDecides(ErrorPolicy policy) throws IOException {
        Random random = new Random(17);
        byte[] good = GOOD.getBytes(StandardCharsets.UTF_8);
        int processed = 0;
        int letters = 0;
        try (KinesisPeer peer = KinesisPeer.start("letters")) {
            peer.list(Events.SHARD);
            try (KinesisClient kinesis = peer.client()) {
                KinesisHandler handler = handler(policy, "poison-" + policy, kinesis);
                for (int i = 0; i < BATCHES; i++) {
                    Map<Integer, byte[]> batch = batch(1 + 10 * i, good, random);
                    List<String> failed = handler.handleRequest(event(batch), null).getBatchItemFailures().stream()
                            .map(StreamsEventResponse.BatchItemFailure::getItemIdentifier)
                            .toList();
                    List<String> firstPoison = batch.entrySet().stream()
                            .filter(record -> record.getValue() != good)
                            .limit(policy == ErrorPolicy.FAIL ? 1 : 0)
                            .map(record -> String.valueOf(record.getKey()))
                            .toList();
                    assertThat(failed).as("batch %d", i).isEqualTo(firstPoison);
                    for (byte[] data : batch.values()) {
                        if (data == good) {
                            processed++;
                        } else if (policy == ErrorPolicy.FAIL) {
                            break;
                        } else if (policy == ErrorPolicy.DEAD_LETTER) {
                            letters++;
                        }
                    }
                }
                assertThat(counts.values()).last().isEqualTo("a" + processed);
                assertThat(peer.taken()).hasSize(letters);
            }
        }
    }

    /** Another life of the function finds what someone has done to the table. */
    @ParameterizedTest
    @ValueSource(strings = {"n", "d"})
    void anItemOfStateThatWasDamaged_isNamed(String attribute) throws IOException {
        String table = "damaged-" + attribute;
        byte[] good = GOOD.getBytes(StandardCharsets.UTF_8);
        try (KinesisPeer peer = KinesisPeer.start("letters")) {
            peer.list(Events.SHARD);
            try (KinesisClient kinesis = peer.client()) {
                handler(ErrorPolicy.FAIL, table, kinesis).handleRequest(event(Map.of(1, good)), null);
                for (Map<String, AttributeValue> item :
                        DYNAMO_DB.client().scan(scan -> scan.tableName(table)).items()) {
                    Map<String, AttributeValue> damaged = new HashMap<>(item);
                    damaged.put(attribute, AttributeValue.fromS("damaged"));
                    DYNAMO_DB.client().putItem(put -> put.tableName(table).item(damaged));
                }
                KinesisHandler later = handler(ErrorPolicy.SKIP, table, kinesis);

                assertThatThrownBy(() -> later.handleRequest(event(Map.of(2, good)), null))
                        .isInstanceOf(CorruptItemException.class)
                        .hasMessageContaining("state table '" + table + "'")
                        .hasMessageContaining("header/poisoned/");
            }
        }
    }
}

package dev.millrace.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Sink;
import dev.millrace.engine.Output;
import dev.millrace.testing.DynamoDbLocalExtension;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbServiceClientConfiguration;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class TableEmitterTest {
    @RegisterExtension
    static final DynamoDbLocalExtension DYNAMO_DB = new DynamoDbLocalExtension();

    private static final AtomicInteger TABLES = new AtomicInteger();

    private final ExecutorService executor = Executors.newFixedThreadPool(8);
    private String table = "";

    @BeforeEach
    void createTable() {
        table = "views-" + TABLES.incrementAndGet();
        DYNAMO_DB.createTable(table, "page", "start");
    }

    @AfterEach
    void stopWriters() {
        executor.shutdownNow();
    }

    private TableEmitter emitter(DynamoDbClient client, String name) {
        Sink.Column<Object> page = new Sink.Column<>("page", value -> value);
        Sink.Column<Object> start = new Sink.Column<>("start", value -> value);
        return new TableEmitter(new Sink.Table<>(name, page, start, List.of()), client, executor);
    }

    private void emit(List<IdentifiedOutput> outputs) {
        emitter(DYNAMO_DB.client(), table).emit(outputs);
    }

    private static Output row(String page, int views) {
        return Outputs.json(
                "out",
                "{\"page\":{\"S\":\"" + page + "\"},\"start\":{\"S\":\"0\"},\"views\":{\"N\":\"" + views + "\"}}");
    }

    private Map<String, AttributeValue> read(String page) {
        return DYNAMO_DB
                .client()
                .getItem(request -> request.tableName(table)
                        .key(Map.of("page", AttributeValue.fromS(page), "start", AttributeValue.fromS("0"))))
                .item();
    }

    @Test
    void row_isWrittenWithItsVersion() {
        emit(Outputs.entry(7, row("/home", 3)));

        assertThat(read("/home"))
                .containsEntry("views", AttributeValue.fromN("3"))
                .containsEntry(
                        "millrace_version", AttributeValue.fromS("0000000000000000001-0000000000000000007-0000000000"));
    }

    @Test
    void whenOlderOutboxIsEmittedAgain_thenNewerRowStays() {
        emit(Outputs.entry(9, row("/home", 1)));
        emit(Outputs.entry(10, row("/home", 2)));

        emit(Outputs.entry(9, row("/home", 1)));

        assertThat(read("/home")).containsEntry("views", AttributeValue.fromN("2"));
    }

    @Test
    void whenEpochIsLarger_thenItsRowWinsOverAnyNumber() {
        emit(IdentifiedOutput.ofOutbox(Outputs.id(1, 900, 0), List.of(row("/home", 1))));

        emit(IdentifiedOutput.ofOutbox(Outputs.id(2, 1, 0), List.of(row("/home", 2))));

        assertThat(read("/home")).containsEntry("views", AttributeValue.fromN("2"));
    }

    @Test
    void whenOutboxHasSeveralOutputsForOneRow_thenOnlyTheLastIsWritten() {
        AtomicInteger puts = new AtomicInteger();
        try (DynamoDbClient counting = counting(puts)) {
            emitter(counting, table)
                    .emit(Outputs.entry(1, row("/home", 1), row("/cart", 5), row("/home", 2), row("/home", 3)));
        }

        assertThat(puts).hasValue(2);
        assertThat(read("/home"))
                .containsEntry("views", AttributeValue.fromN("3"))
                .containsEntry(
                        "millrace_version", AttributeValue.fromS("0000000000000000001-0000000000000000001-0000000003"));
        assertThat(read("/cart")).containsEntry("views", AttributeValue.fromN("5"));
    }

    @Test
    void manyRows_areAllWritten() {
        emit(Outputs.entry(
                1, IntStream.range(0, 200).mapToObj(i -> row("/" + i, i)).toArray(Output[]::new)));

        assertThat(DYNAMO_DB.client().scan(request -> request.tableName(table)).count())
                .isEqualTo(200);
    }

    @Test
    void attributesOfEveryType_arriveAsTheyWere() {
        emit(Outputs.entry(1, Outputs.json("out", """
                        {"page":{"S":"/"},"start":{"S":"0"},"flag":{"BOOL":true},"none":{"NULL":true},"bytes":{"B":"AQI="},
                         "list":{"L":[{"N":"1.5"},{"S":""}]},"map":{"M":{"a":{"L":[]},"b":{"M":{}}}}}""")));

        assertThat(read("/"))
                .containsEntry("flag", AttributeValue.fromBool(true))
                .containsEntry("none", AttributeValue.fromNul(true))
                .containsEntry("bytes", AttributeValue.fromB(SdkBytes.fromByteArray(new byte[] {1, 2})))
                .containsEntry(
                        "list", AttributeValue.fromL(List.of(AttributeValue.fromN("1.5"), AttributeValue.fromS(""))))
                .containsEntry(
                        "map",
                        AttributeValue.fromM(
                                Map.of("a", AttributeValue.fromL(List.of()), "b", AttributeValue.fromM(Map.of()))));
    }

    @Test
    void whenTableIsMissing_thenMessageNamesItAndItsKey() {
        assertThatThrownBy(() -> emitter(DYNAMO_DB.client(), "nowhere").emit(Outputs.entry(1, row("/home", 1))))
                .isInstanceOf(EmissionException.class)
                .hasMessageContaining("'nowhere' does not exist")
                .hasMessageContaining("[page, start]");
    }

    @Test
    void whenKeyIsOfAnotherType_thenMessageNamesTableAndRow() {
        assertThatThrownBy(() ->
                        emit(Outputs.entry(1, Outputs.json("out", "{\"page\":{\"N\":\"5\"},\"start\":{\"S\":\"0\"}}"))))
                .isInstanceOf(EmissionException.class)
                .hasMessageContaining(table)
                .hasMessageContaining("page={\"N\":\"5\"}")
                .hasMessageContaining("must have the key [page, start]");
    }

    @Test
    void whenRowIsTooLarge_thenMessageSaysSo() {
        String large =
                "{\"page\":{\"S\":\"/large\"},\"start\":{\"S\":\"0\"},\"x\":{\"S\":\"" + "x".repeat(410_000) + "\"}}";

        assertThatThrownBy(() -> emit(Outputs.entry(1, Outputs.json("out", large))))
                .isInstanceOf(EmissionException.class)
                .hasMessageContaining("/large")
                .hasMessageContaining("400 KB");
    }

    @Test
    void whenPayloadIsNoRow_thenMessageNamesTheOutput() {
        assertThatThrownBy(() -> emit(Outputs.entry(1, Outputs.json("out", "{\"start\":{\"S\":\"0\"}}"))))
                .isInstanceOf(EmissionException.class)
                .hasMessageContaining("shardId-000000000000/1/1/0")
                .hasMessageContaining("without its key attribute 'page'");
        assertThatThrownBy(() -> emit(Outputs.entry(1, Outputs.json("out", "nonsense"))))
                .isInstanceOf(EmissionException.class)
                .hasMessageContaining("not JSON");
    }

    private static DynamoDbClient counting(AtomicInteger puts) {
        DynamoDbServiceClientConfiguration local = DYNAMO_DB.client().serviceClientConfiguration();
        return DynamoDbClient.builder()
                .endpointOverride(local.endpointOverride().orElseThrow())
                .region(local.region())
                .credentialsProvider(local.credentialsProvider())
                .overrideConfiguration(configuration ->
                        configuration.addExecutionInterceptor(new ExecutionInterceptor() {
                            @Override
                            public void beforeExecution(
                                    Context.BeforeExecution context, ExecutionAttributes attributes) {
                                puts.incrementAndGet();
                            }
                        }))
                .build();
    }
}

package dev.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ErrorPolicy;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.testing.DynamoDbLocalExtension;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

/** A row is committed just where DynamoDB takes it: once it is committed, it holds up its shard until it is written. */
class RowLimitsTest {
    @RegisterExtension
    static final DynamoDbLocalExtension DYNAMO_DB = new DynamoDbLocalExtension();

    @BeforeAll
    static void createTable() {
        DYNAMO_DB.createTable("row-limits", "key", "sort");
    }

    /** Whether a row with these attributes is committed. */
    private static boolean isCommitted(String key, String sortKey, Object attribute) {
        PipelineBuilder builder = Pipeline.named("rows").onError(ErrorPolicy.SKIP);
        builder.from("events", Event.CODEC, EventTime.ingestion())
                .toTable(
                        "row-limits",
                        row -> row.key("key", event -> key)
                                .sortKey("sort", event -> sortKey)
                                .attribute("attribute", event -> attribute));
        TestEnvironment environment = TestEnvironment.of(builder.build());
        environment.process(new Event("k", 0, 1));
        return !environment.partition().outputs("table:row-limits").isEmpty();
    }

    private static boolean isTaken(String key, String sortKey, AttributeValue attribute) {
        Map<String, AttributeValue> item =
                Map.of("key", AttributeValue.fromS(key), "sort", AttributeValue.fromS(sortKey), "attribute", attribute);
        try {
            DYNAMO_DB
                    .client()
                    .putItem(request -> request.tableName("row-limits").item(item));
            return true;
        } catch (DynamoDbException e) {
            return false;
        }
    }

    @ParameterizedTest
    @CsvSource({"k, 2048", "k, 2049", "ä, 1024", "ä, 1025", "€, 682", "€, 683", "😀, 512", "😀, 513"})
    void whenAKeyIsLong_thenItsRowIsCommittedIfDynamoDbTakesIt(String character, int times) {
        String key = character.repeat(times);

        assertThat(isCommitted(key, "s", "x")).isEqualTo(isTaken(key, "s", AttributeValue.fromS("x")));
    }

    @ParameterizedTest
    @CsvSource({"k, 1024", "k, 1025", "ä, 512", "ä, 513", "€, 341", "€, 342", "😀, 256", "😀, 257"})
    void whenASortKeyIsLong_thenItsRowIsCommittedIfDynamoDbTakesIt(String character, int times) {
        String sortKey = character.repeat(times);

        assertThat(isCommitted("k", sortKey, "x")).isEqualTo(isTaken("k", sortKey, AttributeValue.fromS("x")));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 30, 31, 32, 33, 40})
    void whenAnAttributeIsNested_thenItsRowIsCommittedOnlyIfDynamoDbTakesIt(int levels) {
        Object list = "x";
        AttributeValue stored = AttributeValue.fromS("x");
        Object map = "x";
        AttributeValue storedMap = AttributeValue.fromS("x");
        for (int level = 0; level < levels; level++) {
            list = List.of(list);
            stored = AttributeValue.fromL(List.of(stored));
            map = Map.of("m", map);
            storedMap = AttributeValue.fromM(Map.of("m", storedMap));
        }

        assertThat(isCommitted("k", "s", list)).isEqualTo(isTaken("k", "s", stored));
        assertThat(isCommitted("k", "s", map)).isEqualTo(isTaken("k", "s", storedMap));
    }

    @Test
    void whenTheInnermostListIsEmpty_thenItsRowIsCommittedOnlyIfDynamoDbTakesIt() {
        Object list = List.of();
        AttributeValue stored = AttributeValue.fromL(List.of());
        for (int levels = 1; levels < 40; levels++) {
            if (isCommitted("k", "s", list)) {
                assertThat(isTaken("k", "s", stored)).as("%d levels", levels).isTrue();
            }
            list = List.of(list);
            stored = AttributeValue.fromL(List.of(stored));
        }
    }
}

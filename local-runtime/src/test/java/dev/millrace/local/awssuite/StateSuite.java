package dev.millrace.local.awssuite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.local.aws.PipelineResources;
import dev.millrace.state.Consistency;
import dev.millrace.state.ItemKey;
import dev.millrace.state.ItemPage;
import dev.millrace.state.PutResult;
import dev.millrace.state.StateLogException;
import dev.millrace.state.StoredItem;
import dev.millrace.state.dynamodb.DynamoDbStateLogStore;
import dev.millrace.state.dynamodb.StateTable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What the state log needs of DynamoDB, by the store that it uses. */
abstract class StateSuite extends ServicesSuite {
    private static StoredItem entry(long slot, long number, String body) {
        return new StoredItem(key(slot), number, body.getBytes(StandardCharsets.UTF_8));
    }

    private static ItemKey key(long slot) {
        return new ItemKey(ItemKey.Kind.ENTRY, "0/pipeline/stage/shard/ring", slot);
    }

    private static String body(StoredItem item) {
        return item.number() + " " + new String(item.body(), StandardCharsets.UTF_8);
    }

    /** A store over a table of its own, which is removed at the end. */
    private final class Table implements AutoCloseable {
        private final String name = RUN + "-" + UUID.randomUUID().toString().substring(0, 8);

        DynamoDbStateLogStore store() {
            clients().dynamoDb().createTable(StateTable.createRequest(name));
            PipelineResources.awaitTable(clients(), name);
            return new DynamoDbStateLogStore(clients().dynamoDb(), name, pause -> Thread.sleep(pause.toMillis()));
        }

        @Override
        public void close() {
            clients().dynamoDb().deleteTable(request -> request.tableName(name));
        }
    }

    @Test
    void anEntry_isWrittenOnlyOverASmallerNumber_andARefusalTellsWhatIsThere() {
        try (Table table = new Table()) {
            DynamoDbStateLogStore store = table.store();

            assertThat(store.put(entry(1, 1, "first"))).isEqualTo(new PutResult.Landed(null));
            assertThat(store.put(entry(1, 9, "a lap later")))
                    .isInstanceOfSatisfying(
                            PutResult.Landed.class,
                            landed -> assertThat(landed.replaced())
                                    .isNotNull()
                                    .satisfies(old -> assertThat(body(old)).isEqualTo("1 first")));
            for (long number : new long[] {9, 1}) {
                assertThat(store.put(entry(1, number, "another")))
                        .isInstanceOfSatisfying(
                                PutResult.Refused.class,
                                refused -> assertThat(body(refused.there())).isEqualTo("9 a lap later"));
            }
            assertThat(store.read(key(1), Consistency.STRONG))
                    .hasValueSatisfying(item -> assertThat(body(item)).isEqualTo("9 a lap later"));
        }
    }

    @Test
    void runsOfItems_areReadInPages() {
        try (Table table = new Table()) {
            DynamoDbStateLogStore store = table.store();
            // More than a page's megabyte.
            String large = "x".repeat(300_000);
            LongStream.range(0, 6).forEach(slot -> store.put(entry(slot, slot + 1, large)));

            ItemPage first = store.readRun(key(0), 6, Consistency.STRONG);
            ItemPage rest = store.readRun(key(first.next()), 6, Consistency.STRONG);

            assertThat(first.items()).hasSizeBetween(1, 4);
            assertThat(first.next()).isEqualTo(first.items().size());
            assertThat(first.items().size() + rest.items().size()).isEqualTo(6);
            assertThat(rest.items())
                    .last()
                    .satisfies(item -> assertThat(item.number()).isEqualTo(6));
        }
    }

    @Test
    void items_areReadInBatches_eventuallyAndStrongly() {
        try (Table table = new Table()) {
            DynamoDbStateLogStore store = table.store();
            LongStream.range(0, 110).forEach(slot -> store.put(entry(slot, slot + 1, "body")));
            // More than one request takes, and some that do not exist.
            List<ItemKey> keys =
                    LongStream.range(0, 120).mapToObj(StateSuite::key).toList();

            assertThat(store.readAll(keys, Consistency.STRONG)).hasSize(110);
            assertThat(store.readAll(keys, Consistency.EVENTUAL)).hasSizeLessThanOrEqualTo(110);
            assertThat(store.readLast(key(0), Consistency.STRONG))
                    .hasValueSatisfying(item -> assertThat(item.number()).isEqualTo(110));
            store.delete(key(109));
            assertThat(store.read(key(109), Consistency.STRONG)).isEmpty();
        }
    }

    @Test
    void aTableThatDoesNotExist_isNamed() {
        String absent = RUN + "-absent";
        DynamoDbStateLogStore store = new DynamoDbStateLogStore(clients().dynamoDb(), absent, pause -> {});

        assertThatThrownBy(() -> store.put(entry(1, 1, "first")))
                .isInstanceOf(StateLogException.class)
                .hasMessageContaining(absent);
    }
}

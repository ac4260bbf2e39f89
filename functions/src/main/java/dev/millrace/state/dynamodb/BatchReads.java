package dev.millrace.state.dynamodb;

import dev.millrace.state.Consistency;
import dev.millrace.state.ItemKey;
import dev.millrace.state.StateLogUnavailableException;
import dev.millrace.state.StoredItem;
import dev.millrace.state.UsageMeter;
import dev.millrace.time.Pause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;

/**
 * Reads many items. DynamoDB answers for 16 MB at most, and leaves out what it is throttled for: what is left out is asked for
 * again, at once as long as there is progress, and after ever longer pauses where there is none.
 */
final class BatchReads {
    /** DynamoDB's limit of keys in a request. */
    private static final int MOST_KEYS = 100;

    private static final int MOST_PAUSES = 8;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);

    private final DynamoDbClient client;
    private final String table;
    private final Pause pause;
    private final UsageMeter meter;

    BatchReads(DynamoDbClient client, String table, Pause pause, UsageMeter meter) {
        this.client = client;
        this.table = table;
        this.pause = pause;
        this.meter = meter;
    }

    /** @param keys all of one kind */
    List<StoredItem> readAll(List<ItemKey> keys, Consistency consistency) {
        List<StoredItem> found = new ArrayList<>();
        for (int from = 0; from < keys.size(); from += MOST_KEYS) {
            List<ItemKey> some = keys.subList(from, Math.min(from + MOST_KEYS, keys.size()));
            readSome(some, consistency, found);
        }
        return found;
    }

    private void readSome(List<ItemKey> keys, Consistency consistency, List<StoredItem> found) {
        List<Map<String, AttributeValue>> left =
                keys.stream().map(DynamoDbItems::key).toList();
        int pauses = 0;
        while (!left.isEmpty()) {
            KeysAndAttributes wanted = KeysAndAttributes.builder()
                    .keys(left)
                    .consistentRead(consistency == Consistency.STRONG)
                    .build();
            BatchGetItemResponse response = client.batchGetItem(request ->
                    request.requestItems(Map.of(table, wanted)).returnConsumedCapacity(ReturnConsumedCapacity.TOTAL));
            double units = 0;
            for (ConsumedCapacity capacity : response.consumedCapacity()) {
                units += DynamoDbStateLogStore.units(capacity, 0);
            }
            meter.read(units);
            for (Map<String, AttributeValue> item : response.responses().getOrDefault(table, List.of())) {
                found.add(DynamoDbItems.item(keys.get(0).kind(), item, table));
            }
            KeysAndAttributes unprocessed = response.unprocessedKeys().get(table);
            int before = left.size();
            left = unprocessed == null ? List.of() : unprocessed.keys();
            if (left.size() == before) {
                waitAfter(pauses++, keys.get(0));
            }
        }
    }

    private void waitAfter(int pauses, ItemKey key) {
        if (pauses == MOST_PAUSES) {
            throw new StateLogUnavailableException(
                    "table '" + table + "' left out items from " + key + " on, " + (pauses + 1)
                            + " times: it is throttled",
                    null);
        }
        try {
            pause.pause(FIRST_PAUSE.multipliedBy(1L << pauses));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StateLogUnavailableException(
                    "interrupted while waiting to read items from " + key + " on of table '" + table + "' again", e);
        }
    }
}

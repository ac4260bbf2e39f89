package dev.millrace.state.dynamodb;

import dev.millrace.state.Consistency;
import dev.millrace.state.ItemKey;
import dev.millrace.state.ItemPage;
import dev.millrace.state.PutResult;
import dev.millrace.state.StateLogException;
import dev.millrace.state.StateLogStore;
import dev.millrace.state.StateLogUnavailableException;
import dev.millrace.state.StoredItem;
import dev.millrace.state.Usage;
import dev.millrace.state.UsageMeter;
import dev.millrace.time.Pause;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;

/** State logs in a DynamoDB table, made by {@link StateTable}. Safe for use by several threads. */
public final class DynamoDbStateLogStore implements StateLogStore {
    private final DynamoDbClient client;
    private final String table;
    private final BatchReads batches;
    private final UsageMeter meter = new UsageMeter();

    /**
     * @param client stays the caller's to close; its retries are all there are, but for what is said of {@code pause}
     * @param pause waits before items that a batch left out are asked for again
     */
    public DynamoDbStateLogStore(DynamoDbClient client, String table, Pause pause) {
        this.client = client;
        this.table = table;
        this.batches = new BatchReads(client, table, pause, meter);
    }

    @Override
    public Optional<StoredItem> readLast(ItemKey anyOfThem, Consistency consistency) {
        QueryRequest.Builder query = query(consistency)
                .keyConditionExpression("pk = :pk")
                .expressionAttributeValues(Map.of(":pk", AttributeValue.fromS(anyOfThem.partitionKey())))
                .scanIndexForward(false)
                .limit(1);
        List<StoredItem> items =
                items(anyOfThem.kind(), ask(anyOfThem, () -> client.query(query.build())), consistency);
        return items.stream().findFirst();
    }

    @Override
    public Optional<StoredItem> read(ItemKey key, Consistency consistency) {
        return ask(key, () -> {
            var response = client.getItem(request -> request.tableName(table)
                    .key(DynamoDbItems.key(key))
                    .consistentRead(consistency == Consistency.STRONG)
                    .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL));
            meter.read(units(response.consumedCapacity(), UsageMeter.readUnits(0, consistency)));
            return response.hasItem()
                    ? Optional.of(DynamoDbItems.item(key.kind(), response.item(), table))
                    : Optional.empty();
        });
    }

    @Override
    public ItemPage readRun(ItemKey first, int count, Consistency consistency) {
        long end = first.sortKey() + count;
        QueryRequest.Builder query = query(consistency)
                .keyConditionExpression("pk = :pk AND sk BETWEEN :first AND :last")
                .expressionAttributeValues(Map.of(
                        ":pk", AttributeValue.fromS(first.partitionKey()),
                        ":first", DynamoDbItems.number(first.sortKey()),
                        ":last", DynamoDbItems.number(end - 1)));
        QueryResponse response = ask(first, () -> client.query(query.build()));
        List<StoredItem> items = items(first.kind(), response, consistency);
        boolean cutOff = response.hasLastEvaluatedKey() && !items.isEmpty();
        return new ItemPage(items, cutOff ? items.get(items.size() - 1).key().sortKey() + 1 : end);
    }

    @Override
    public List<StoredItem> readAll(List<ItemKey> keys, Consistency consistency) {
        return keys.isEmpty() ? List.of() : ask(keys.get(0), () -> batches.readAll(keys, consistency));
    }

    @Override
    public PutResult put(StoredItem item) {
        boolean isEntry = item.key().kind() == ItemKey.Kind.ENTRY;
        try {
            PutItemResponse response = ask(
                    item.key(),
                    () -> client.putItem(request -> request.tableName(table)
                            .item(DynamoDbItems.item(item))
                            .conditionExpression("attribute_not_exists(n) OR n < :n")
                            .expressionAttributeValues(Map.of(":n", DynamoDbItems.number(item.number())))
                            .returnValues(isEntry ? ReturnValue.ALL_OLD : ReturnValue.NONE)
                            .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
                            .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL)));
            meter.wrote(item.key().kind(), units(response.consumedCapacity(), UsageMeter.writeUnits(item.bytes())));
            return new PutResult.Landed(
                    response.hasAttributes() && !response.attributes().isEmpty()
                            ? DynamoDbItems.item(item.key().kind(), response.attributes(), table)
                            : null);
        } catch (ConditionalCheckFailedException e) {
            StoredItem there = DynamoDbItems.item(item.key().kind(), e.item(), table);
            // A refused write is billed as well, and the refusal does not say how much.
            meter.wrote(item.key().kind(), UsageMeter.writeUnits(Math.max(there.bytes(), item.bytes())));
            return new PutResult.Refused(there);
        }
    }

    @Override
    public void delete(ItemKey key) {
        var response = ask(
                key,
                () -> client.deleteItem(request -> request.tableName(table)
                        .key(DynamoDbItems.key(key))
                        .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL)));
        meter.wrote(key.kind(), units(response.consumedCapacity(), 1));
    }

    @Override
    public Usage usage() {
        return meter.total();
    }

    private QueryRequest.Builder query(Consistency consistency) {
        return QueryRequest.builder()
                .tableName(table)
                .consistentRead(consistency == Consistency.STRONG)
                .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL);
    }

    private List<StoredItem> items(ItemKey.Kind kind, QueryResponse response, Consistency consistency) {
        meter.read(units(response.consumedCapacity(), UsageMeter.readUnits(0, consistency)));
        return response.items().stream()
                .map(attributes -> DynamoDbItems.item(kind, attributes, table))
                .toList();
    }

    static double units(@Nullable ConsumedCapacity capacity, double otherwise) {
        return capacity == null || capacity.capacityUnits() == null ? otherwise : capacity.capacityUnits();
    }

    /**
     * Tells apart what may have been done and what was refused for good. Only the first is worth trying again.
     */
    private <T> T ask(ItemKey key, Supplier<T> request) {
        try {
            return request.get();
        } catch (ResourceNotFoundException e) {
            throw new StateLogException("there is no state table '" + table
                    + "'. Deploy the pipeline, or check the table's name, the account and the region");
        } catch (SdkClientException e) {
            throw unavailable(key, e);
        } catch (AwsServiceException e) {
            if (e.statusCode() >= 500 || e.isThrottlingException() || e.isRetryableException()) {
                throw unavailable(key, e);
            }
            throw e;
        }
    }

    private StateLogUnavailableException unavailable(ItemKey key, Exception cause) {
        return new StateLogUnavailableException(
                "table '" + table + "' did not answer for item " + key + ": " + cause.getMessage(), cause);
    }
}

package dev.millrace.local.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.InternalServerErrorException;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/** DynamoDB as one environment reaches it, with all faults: what state logs and tables of results need of it. */
final class SimulatedDynamoDb implements DynamoDbClient {
    private static final int FAULT_ONE_IN = 80;
    /** The only conditions that there are here: of state, and of rows. */
    private static final String SMALLER_NUMBER = "attribute_not_exists(n) OR n < :n";

    private static final String SMALLER_VERSION =
            "attribute_not_exists(" + RowTables.VERSION + ") OR " + RowTables.VERSION + " < :version";

    private final World world;
    private final Caller caller;
    private final StateTable state;
    private final RowTables rows;
    private final String stateTable;

    SimulatedDynamoDb(World world, Caller caller, StateTable state, RowTables rows, String stateTable) {
        this.world = world;
        this.caller = caller;
        this.state = state;
        this.rows = rows;
        this.stateTable = stateTable;
    }

    @Override
    public String serviceName() {
        return "dynamodb";
    }

    @Override
    public void close() {
        // There is nothing to close.
    }

    @Override
    public PutItemResponse putItem(PutItemRequest request) {
        boolean isState = request.tableName().equals(stateTable);
        boolean isConditional = request.conditionExpression() != null;
        if (isConditional) {
            requireKnown(request, isState);
        }
        try {
            return caller.ask(
                    () -> "puts " + (isState ? describe(request.item()) : "a row of " + request.tableName()),
                    () -> isState ? putState(request.item(), isConditional) : putRow(request, isConditional));
        } catch (Crash e) {
            if (isState && StateTable.text(request.item(), "pk").contains(LogWatch.BUCKET)) {
                world.happened(Fault.BUCKETS_INTERRUPTED);
            }
            throw e;
        }
    }

    /** Whatever else a condition said would be taken for what is simulated. */
    private void requireKnown(PutItemRequest request, boolean isState) {
        AttributeValue wanted = request.expressionAttributeValues().get(isState ? ":n" : ":version");
        AttributeValue own = request.item().get(isState ? "n" : RowTables.VERSION);
        if (!request.conditionExpression().equals(isState ? SMALLER_NUMBER : SMALLER_VERSION)
                || !Objects.equals(wanted, own)) {
            throw world.violated("A write has a condition that is not simulated: " + request.conditionExpression()
                    + ", with " + request.expressionAttributeValues());
        }
    }

    private PutItemResponse putState(Map<String, AttributeValue> item, boolean isConditional) {
        failSometimes();
        if (world.happens(Fault.STATE_WRITE_DELAYED, FAULT_ONE_IN)) {
            world.delay(() -> {
                world.tell(() -> "a delayed write of " + describe(item) + " takes place");
                state.put(item, isConditional);
            });
            throw timedOut();
        }
        StateTable.Written written = state.put(item, isConditional);
        if (world.happens(Fault.STATE_REPLY_LOST, FAULT_ONE_IN)) {
            throw timedOut();
        }
        if (written.isRefused()) {
            throw ConditionalCheckFailedException.builder()
                    .writableStackTrace(false)
                    .message("The conditional request failed")
                    .item(written.before())
                    .build();
        }
        return PutItemResponse.builder().attributes(written.before()).build();
    }

    private PutItemResponse putRow(PutItemRequest request, boolean isConditional) {
        if (world.happens(Fault.ROW_FAILED, FAULT_ONE_IN)) {
            throw throttled();
        }
        if (world.happens(Fault.ROW_DELAYED, FAULT_ONE_IN)) {
            world.delay(() -> rows.put(request.tableName(), request.item(), isConditional));
            throw timedOut();
        }
        boolean isWritten = rows.put(request.tableName(), request.item(), isConditional);
        if (world.happens(Fault.ROW_REPLY_LOST, FAULT_ONE_IN)) {
            throw timedOut();
        }
        if (!isWritten) {
            throw ConditionalCheckFailedException.builder()
                    .writableStackTrace(false)
                    .message("The conditional request failed")
                    .build();
        }
        return PutItemResponse.builder().build();
    }

    @Override
    public GetItemResponse getItem(GetItemRequest request) {
        return caller.ask(() -> "gets " + describe(request.key()), () -> {
            failSometimes();
            Map<String, AttributeValue> item = state.get(request.key(), isStrong(request.consistentRead()));
            return GetItemResponse.builder().item(item).build();
        });
    }

    @Override
    public QueryResponse query(QueryRequest request) {
        Map<String, AttributeValue> values = request.expressionAttributeValues();
        String partitionKey = StateTable.text(values, ":pk");
        boolean isNewestOnly = Boolean.FALSE.equals(request.scanIndexForward());
        return read(() -> "queries " + partitionKey, () -> {
            boolean isStrong = isStrong(request.consistentRead());
            if (isNewestOnly) {
                List<Map<String, AttributeValue>> all = state.range(partitionKey, 0, Long.MAX_VALUE, isStrong);
                return QueryResponse.builder()
                        .items(all.subList(Math.max(0, all.size() - 1), all.size()))
                        .build();
            }
            List<Map<String, AttributeValue>> run = state.range(
                    partitionKey, StateTable.number(values, ":first"), StateTable.number(values, ":last"), isStrong);
            if (run.size() > 1 && world.happens(Fault.SHORT_READ, 4)) {
                List<Map<String, AttributeValue>> some = run.subList(0, 1 + world.pick(run.size() - 1));
                return QueryResponse.builder()
                        .items(some)
                        .lastEvaluatedKey(key(some.get(some.size() - 1)))
                        .build();
            }
            return QueryResponse.builder().items(run).build();
        });
    }

    @Override
    public BatchGetItemResponse batchGetItem(BatchGetItemRequest request) {
        KeysAndAttributes wanted = Objects.requireNonNull(request.requestItems().get(stateTable));
        return read(() -> "gets " + wanted.keys().size() + " items", () -> {
            List<Map<String, AttributeValue>> keys = wanted.keys();
            int count = keys.size() > 1 && world.happens(Fault.SHORT_READ, 8) ? world.pick(keys.size()) : keys.size();
            List<Map<String, AttributeValue>> found = new ArrayList<>();
            for (Map<String, AttributeValue> key : keys.subList(0, count)) {
                Map<String, AttributeValue> item = state.get(key, isStrong(wanted.consistentRead()));
                if (item != null) {
                    found.add(item);
                }
            }
            BatchGetItemResponse.Builder response =
                    BatchGetItemResponse.builder().responses(Map.of(stateTable, found));
            if (count < keys.size()) {
                KeysAndAttributes left = wanted.toBuilder()
                        .keys(keys.subList(count, keys.size()))
                        .build();
                response.unprocessedKeys(Map.of(stateTable, left));
            }
            return response.build();
        });
    }

    @Override
    public DeleteItemResponse deleteItem(DeleteItemRequest request) {
        return caller.ask(() -> "deletes " + describe(request.key()), () -> {
            failSometimes();
            state.delete(request.key());
            return DeleteItemResponse.builder().build();
        });
    }

    private <T> T read(Supplier<String> what, Supplier<T> effect) {
        return caller.ask(what, () -> {
            failSometimes();
            return effect.get();
        });
    }

    private void failSometimes() {
        if (world.happens(Fault.STATE_REQUEST_FAILED, FAULT_ONE_IN)) {
            throw InternalServerErrorException.builder()
                    .writableStackTrace(false)
                    .message("an error inside of DynamoDB")
                    .statusCode(500)
                    .build();
        }
        if (world.happens(Fault.STATE_THROTTLED, FAULT_ONE_IN)) {
            throw throttled();
        }
    }

    private static ProvisionedThroughputExceededException throttled() {
        return ProvisionedThroughputExceededException.builder()
                .writableStackTrace(false)
                .message("the table is throttled")
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode("ProvisionedThroughputExceededException")
                        .errorMessage("the table is throttled")
                        .build())
                .statusCode(400)
                .build();
    }

    private static ApiCallTimeoutException timedOut() {
        return ApiCallTimeoutException.builder()
                .writableStackTrace(false)
                .message("no reply in time")
                .build();
    }

    private static boolean isStrong(@Nullable Boolean consistentRead) {
        return Boolean.TRUE.equals(consistentRead);
    }

    private static Map<String, AttributeValue> key(Map<String, AttributeValue> item) {
        return Map.of("pk", Objects.requireNonNull(item.get("pk")), "sk", Objects.requireNonNull(item.get("sk")));
    }

    private static String describe(Map<String, AttributeValue> item) {
        return StateTable.text(item, "pk") + " " + StateTable.number(item, "sk")
                + (item.containsKey("n") ? " as of " + StateTable.number(item, "n") : "");
    }
}

package dev.millrace.sink;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.Sink;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/**
 * Upserts rows of a DynamoDB table, each on the condition that no newer version of it is there. A refused condition is
 * success: what is there is newer, or this very output.
 *
 * <p>Of several outputs of one outbox for one row only the last is written: the others are superseded, and no reader may
 * count on seeing them. Rows are written in parallel, since their order among each other means nothing.
 */
final class TableEmitter implements Emitter {
    private static final String CONDITION =
            "attribute_not_exists(" + RowVersion.ATTRIBUTE + ") OR " + RowVersion.ATTRIBUTE + " < :version";

    private final String table;
    private final List<String> keyNames;
    private final DynamoDbClient dynamoDb;
    private final ExecutorService executor;

    /** @param executor bounds how many rows are written at once */
    TableEmitter(Sink.Table<?> table, DynamoDbClient dynamoDb, ExecutorService executor) {
        this.table = table.target();
        this.keyNames = table.sortKey() == null
                ? List.of(table.key().name())
                : List.of(table.key().name(), table.sortKey().name());
        this.dynamoDb = dynamoDb;
        this.executor = executor;
    }

    @Override
    public void emit(List<IdentifiedOutput> outputs) {
        AtomicBoolean failed = new AtomicBoolean();
        List<Callable<Void>> writes = new ArrayList<>();
        newestByKey(outputs)
                .forEach((key, row) -> writes.add(() -> {
                    putUnless(failed, key, row);
                    return null;
                }));
        await(writes);
    }

    private Map<Map<String, JsonNode>, Row> newestByKey(List<IdentifiedOutput> outputs) {
        Map<Map<String, JsonNode>, Row> rows = new LinkedHashMap<>();
        for (IdentifiedOutput output : outputs) {
            try {
                TableRow row = TableRow.decode(output.output().payload());
                rows.put(
                        row.key(keyNames), new Row(row.attributes(), output.id().version()));
            } catch (IllegalArgumentException e) {
                throw new EmissionException(
                        "output " + output.id() + " cannot be written to table '" + table + "': it is "
                                + e.getMessage(),
                        e);
            }
        }
        return rows;
    }

    /** Where another row's write has failed, the outbox has: what has not been sent by then need not be. */
    private void putUnless(AtomicBoolean failed, Map<String, JsonNode> key, Row row) {
        if (failed.get()) {
            return;
        }
        try {
            put(key, row);
        } catch (EmissionException e) {
            failed.set(true);
            throw e;
        }
    }

    private void put(Map<String, JsonNode> key, Row row) {
        Map<String, AttributeValue> item = new HashMap<>(row.attributes());
        AttributeValue version = AttributeValue.fromS(row.version().toString());
        item.put(RowVersion.ATTRIBUTE, version);
        try {
            dynamoDb.putItem(request -> request.tableName(table)
                    .item(item)
                    .conditionExpression(CONDITION)
                    .expressionAttributeValues(Map.of(":version", version)));
        } catch (ConditionalCheckFailedException e) {
            // Something newer is there, or this very output.
        } catch (ResourceNotFoundException e) {
            throw new EmissionException(
                    "table '" + table + "' does not exist here: create it with the key " + keyNames
                            + ", or check the region, the account and the endpoint of the DynamoDB client",
                    e);
        } catch (DynamoDbException e) {
            throw new EmissionException(refusal(key, e), e);
        } catch (SdkException e) {
            throw new EmissionException(
                    "row " + key + " of table '" + table + "' was not written: " + e.getMessage(), e);
        }
    }

    private String refusal(Map<String, JsonNode> key, DynamoDbException e) {
        String message = "row " + key + " of table '" + table + "' was not written: "
                + e.awsErrorDetails().errorMessage() + " ("
                + e.awsErrorDetails().errorCode() + ").";
        if (!"ValidationException".equals(e.awsErrorDetails().errorCode())) {
            return message;
        }
        return message + " The table must have the key " + keyNames
                + " with the types of this row's, no part of the key may be empty, and a row may have up to 400 KB. The"
                + " output is committed and will be tried again: correct the table, or reset the pipeline's state once its"
                + " code makes another row";
    }

    private void await(List<Callable<Void>> writes) {
        try {
            for (Future<Void> write : executor.invokeAll(writes)) {
                write.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmissionException("interrupted while writing to table '" + table + "'", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof EmissionException refused
                    ? refused
                    : new EmissionException("rows of table '" + table + "' were not written: " + e.getCause(), e);
        }
    }

    private record Row(Map<String, AttributeValue> attributes, RowVersion version) {}
}

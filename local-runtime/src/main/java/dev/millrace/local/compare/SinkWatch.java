package dev.millrace.local.compare;

import dev.millrace.plan.ResultTable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;

/**
 * Sees each row of a table of counts as the table acknowledges it, in the client that writes it: from then on anybody who reads
 * the table finds it. Both modes write by the same client, and pay as much for being watched; nobody polls the table, which
 * would take its time from what is measured. Safe for use by several threads.
 */
final class SinkWatch implements ExecutionInterceptor {
    private final ResultTable table;
    private final ObjLongConsumer<String> rows;
    private final ConcurrentMap<String, Long> counts = new ConcurrentHashMap<>();
    private final LongAdder total = new LongAdder();

    /** @param rows takes each row's key, and when it was acknowledged, as of {@link System#nanoTime} */
    SinkWatch(ResultTable table, ObjLongConsumer<String> rows) {
        this.table = table;
        this.rows = rows;
    }

    @Override
    public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
        see(context.request());
    }

    /** A refused row is there already, or a newer one: a life before this one wrote it, and may have died before it knew. */
    @Override
    public void onExecutionFailure(Context.FailedExecution context, ExecutionAttributes attributes) {
        if (context.exception() instanceof ConditionalCheckFailedException) {
            see(context.request());
        }
    }

    private void see(SdkRequest request) {
        if (request instanceof PutItemRequest put && put.tableName().equals(table.name())) {
            long now = System.nanoTime();
            String key = text(put, table.key());
            rows.accept(key, now);
            String row = table.sortKey()
                    .map(sortKey -> key + " " + text(put, sortKey))
                    .orElse(key);
            count(row, count(put.item()));
        }
    }

    private static String text(PutItemRequest put, String attribute) {
        @Nullable AttributeValue value = put.item().get(attribute);
        if (value == null) {
            throw new IllegalStateException(
                    "a row has no '" + attribute + "': " + put.item().keySet());
        }
        return value.s();
    }

    private void count(String row, long count) {
        counts.compute(row, (same, before) -> {
            long known = before == null ? 0 : before;
            total.add(Math.max(0, count - known));
            return Math.max(known, count);
        });
    }

    /** Its only number. */
    private static long count(Map<String, AttributeValue> row) {
        for (AttributeValue value : row.values()) {
            @Nullable String number = value.n();
            if (number != null) {
                return Long.parseLong(number);
            }
        }
        throw new IllegalStateException("a row has no count: " + row.keySet());
    }

    /** How many values the rows count that were acknowledged. */
    long total() {
        return total.sum();
    }
}

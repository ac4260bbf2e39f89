package dev.millrace.state.dynamodb;

import dev.millrace.state.CorruptItemException;
import dev.millrace.state.ItemKey;
import dev.millrace.state.StoredItem;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Items as a table holds them: partition key, sort key, number and body. Part of the stored format. */
final class DynamoDbItems {
    static final String PARTITION_KEY = "pk";
    static final String SORT_KEY = "sk";
    static final String NUMBER = "n";
    static final String BODY = "d";

    private DynamoDbItems() {}

    static Map<String, AttributeValue> key(ItemKey key) {
        return Map.of(
                PARTITION_KEY, AttributeValue.fromS(key.partitionKey()),
                SORT_KEY, number(key.sortKey()));
    }

    static Map<String, AttributeValue> item(StoredItem item) {
        return Map.of(
                PARTITION_KEY, AttributeValue.fromS(item.key().partitionKey()),
                SORT_KEY, number(item.key().sortKey()),
                NUMBER, number(item.number()),
                BODY, AttributeValue.fromB(SdkBytes.fromByteArrayUnsafe(item.body())));
    }

    /**
     * An item of the kind asked for. One without a body is left to the codec to refuse; without a number nothing could be said
     * of it at all, and the log would go on beside it.
     *
     * @param table the table that it was read from
     * @throws CorruptItemException if its number is missing, or no whole number of 64 bits
     */
    static StoredItem item(ItemKey.Kind kind, Map<String, AttributeValue> attributes, String table) {
        AttributeValue partitionKey = attributes.get(PARTITION_KEY);
        AttributeValue sortKey = attributes.get(SORT_KEY);
        ItemKey key = new ItemKey(
                kind,
                partitionKey == null || partitionKey.s() == null ? "" : partitionKey.s(),
                whole(sortKey).orElse(0));
        AttributeValue number = attributes.get(NUMBER);
        long stored = whole(number)
                .orElseThrow(() ->
                        new CorruptItemException(key, table, "its attribute '" + NUMBER + "' is " + described(number)));
        AttributeValue body = attributes.get(BODY);
        byte[] bytes = body == null || body.b() == null ? new byte[0] : body.b().asByteArrayUnsafe();
        return new StoredItem(key, stored, bytes, table);
    }

    static AttributeValue number(long value) {
        return AttributeValue.fromN(Long.toString(value));
    }

    /** Empty if it is no number, or none that a long can hold. */
    private static OptionalLong whole(@Nullable AttributeValue value) {
        try {
            return value == null || value.n() == null
                    ? OptionalLong.empty()
                    : OptionalLong.of(Long.parseLong(value.n()));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    private static String described(@Nullable AttributeValue value) {
        if (value == null) {
            return "missing";
        }
        return value.n() == null
                ? "of type " + value.type() + ", not a number"
                : value.n() + ", not a whole number of 64 bits";
    }
}

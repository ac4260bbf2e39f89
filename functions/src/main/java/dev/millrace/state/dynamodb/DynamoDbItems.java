package dev.millrace.state.dynamodb;

import dev.millrace.state.ItemKey;
import dev.millrace.state.StoredItem;
import java.util.Map;
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

    /** An item of the kind asked for; one without number or body is left to the codec to refuse. */
    static StoredItem item(ItemKey.Kind kind, Map<String, AttributeValue> attributes) {
        ItemKey key = new ItemKey(
                kind,
                attributes.getOrDefault(PARTITION_KEY, AttributeValue.fromS("")).s(),
                parse(attributes, SORT_KEY));
        AttributeValue body = attributes.get(BODY);
        byte[] bytes = body == null || body.b() == null ? new byte[0] : body.b().asByteArrayUnsafe();
        return new StoredItem(key, parse(attributes, NUMBER), bytes);
    }

    static AttributeValue number(long value) {
        return AttributeValue.fromN(Long.toString(value));
    }

    private static long parse(Map<String, AttributeValue> attributes, String name) {
        AttributeValue value = attributes.get(name);
        return value == null || value.n() == null ? 0 : Long.parseLong(value.n());
    }
}

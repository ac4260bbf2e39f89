package dev.millrace.state.dynamodb;

import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** The table that state logs lie in: one for each pipeline, billed by request. */
public final class StateTable {
    /** The table's partition key: text. */
    public static final String PARTITION_KEY = DynamoDbItems.PARTITION_KEY;
    /** The table's sort key: a number. */
    public static final String SORT_KEY = DynamoDbItems.SORT_KEY;

    private StateTable() {}

    /** What creates the table. */
    public static CreateTableRequest createRequest(String table) {
        return CreateTableRequest.builder()
                .tableName(table)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .keySchema(key(PARTITION_KEY, KeyType.HASH), key(SORT_KEY, KeyType.RANGE))
                .attributeDefinitions(
                        attribute(PARTITION_KEY, ScalarAttributeType.S), attribute(SORT_KEY, ScalarAttributeType.N))
                .build();
    }

    /**
     * Creates the table unless there is one, for local use: against AWS, where creation takes a while, the deployment does
     * it.
     */
    public static void createIfAbsent(DynamoDbClient client, String table) {
        try {
            client.createTable(createRequest(table));
        } catch (ResourceInUseException ignored) {
            // It exists.
        }
    }

    private static KeySchemaElement key(String name, KeyType type) {
        return KeySchemaElement.builder().attributeName(name).keyType(type).build();
    }

    private static AttributeDefinition attribute(String name, ScalarAttributeType type) {
        return AttributeDefinition.builder()
                .attributeName(name)
                .attributeType(type)
                .build();
    }
}

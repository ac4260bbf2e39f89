package dev.millrace.local.dev;

import dev.millrace.local.kinesis.EmbeddedKinesis;
import dev.millrace.plan.Plan;
import dev.millrace.plan.ResultTable;
import dev.millrace.plan.Stage;
import dev.millrace.state.dynamodb.StateTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** Makes the streams and tables that a pipeline needs, where they do not exist. */
final class Resources {
    private final EmbeddedKinesis kinesis;
    private final DynamoDbClient dynamoDb;

    Resources(EmbeddedKinesis kinesis, DynamoDbClient dynamoDb) {
        this.kinesis = kinesis;
        this.dynamoDb = dynamoDb;
    }

    void create(Plan plan, int sourceShards) {
        plan.pipeline().deadLetterStream().ifPresent(stream -> createStream(stream, 1));
        StateTable.createIfAbsent(dynamoDb, plan.stateTable());
        for (Stage stage : plan.stages()) {
            createStream(stage.inputStream(), sourceShards);
            stage.outputStreams().forEach(stream -> createStream(stream, 1));
            stage.tables().forEach(this::createTable);
        }
    }

    private void createStream(String name, int shards) {
        if (!kinesis.streamNames().contains(name)) {
            kinesis.createStream(name, shards, false, Map.of());
        }
    }

    private void createTable(ResultTable table) {
        List<KeySchemaElement> keys = new ArrayList<>();
        List<AttributeDefinition> attributes = new ArrayList<>();
        keys.add(key(table.key(), KeyType.HASH));
        attributes.add(text(table.key()));
        table.sortKey().ifPresent(name -> {
            keys.add(key(name, KeyType.RANGE));
            attributes.add(text(name));
        });
        try {
            dynamoDb.createTable(request -> request.tableName(table.name())
                    .billingMode(BillingMode.PAY_PER_REQUEST)
                    .keySchema(keys)
                    .attributeDefinitions(attributes));
        } catch (ResourceInUseException e) {
            // It exists, from an earlier run.
        }
    }

    private static KeySchemaElement key(String name, KeyType type) {
        return KeySchemaElement.builder().attributeName(name).keyType(type).build();
    }

    private static AttributeDefinition text(String name) {
        return AttributeDefinition.builder()
                .attributeName(name)
                .attributeType(ScalarAttributeType.S)
                .build();
    }
}

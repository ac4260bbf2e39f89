package dev.millrace.local.aws;

import dev.millrace.plan.Plan;
import dev.millrace.plan.ResultTable;
import dev.millrace.plan.Stage;
import dev.millrace.state.dynamodb.StateTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** The streams and tables that a pipeline needs: those that were made for it, and those that were there. */
public final class PipelineResources {
    /** What AWS takes, generously. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final ResourceStates states;
    private final List<String> streams = new ArrayList<>();
    private final List<String> tables = new ArrayList<>();
    private final List<String> existing = new ArrayList<>();

    private PipelineResources(AwsClients clients) {
        this.states = new ResourceStates(clients, PATIENCE);
    }

    /**
     * Makes what does not exist, and returns once all is usable.
     *
     * @param sourceShards how many shards the stages' streams get; others get one
     * @throws SdkException if something cannot be made; what was made until then is removed
     */
    public static PipelineResources create(AwsClients clients, Plan plan, int sourceShards) {
        PipelineResources resources = new PipelineResources(clients);
        boolean done = false;
        try {
            streams(plan, sourceShards).forEach(resources::createStream);
            tables(plan).forEach(resources::createTable);
            done = true;
            return resources;
        } finally {
            if (!done) {
                resources.delete();
            }
        }
    }

    /** Which of the pipeline's streams and tables exist, each as {@code stream 'name'} or {@code table 'name'}. */
    public static List<String> present(AwsClients clients, Plan plan) {
        return which(clients, plan, true);
    }

    /** Which of them do not. */
    public static List<String> missing(AwsClients clients, Plan plan) {
        return which(clients, plan, false);
    }

    /** Which of the tables for its results do not. */
    public static List<String> missingTables(AwsClients clients, Plan plan) {
        ResourceStates states = new ResourceStates(clients, PATIENCE);
        return plan.stages().stream()
                .flatMap(stage -> stage.tables().stream())
                .map(ResultTable::name)
                .distinct()
                .filter(name -> !states.hasTable(name))
                .map(name -> "table '" + name + "'")
                .toList();
    }

    private static List<String> which(AwsClients clients, Plan plan, boolean isPresent) {
        ResourceStates states = new ResourceStates(clients, PATIENCE);
        List<String> which = new ArrayList<>();
        streams(plan, 1).keySet().stream()
                .filter(name -> states.hasStream(name) == isPresent)
                .forEach(name -> which.add("stream '" + name + "'"));
        tables(plan).stream()
                .map(CreateTableRequest::tableName)
                .distinct()
                .filter(name -> states.hasTable(name) == isPresent)
                .forEach(name -> which.add("table '" + name + "'"));
        return which;
    }

    private static Map<String, Integer> streams(Plan plan, int sourceShards) {
        Map<String, Integer> shards = new LinkedHashMap<>();
        plan.stages().forEach(stage -> shards.put(stage.inputStream(), sourceShards));
        plan.stages().stream()
                .flatMap(stage -> stage.outputStreams().stream())
                .forEach(stream -> shards.putIfAbsent(stream, 1));
        plan.pipeline().deadLetterStream().ifPresent(stream -> shards.putIfAbsent(stream, 1));
        return shards;
    }

    private static List<CreateTableRequest> tables(Plan plan) {
        List<CreateTableRequest> requests = new ArrayList<>();
        requests.add(StateTable.createRequest(plan.stateTable()));
        for (Stage stage : plan.stages()) {
            stage.tables().forEach(table -> requests.add(request(table)));
        }
        return requests;
    }

    private void createStream(String name, int shards) {
        if (states.createStream(name, shards)) {
            streams.add(name);
        } else {
            existing.add("stream '" + name + "'");
        }
        states.awaitStream(name);
    }

    private void createTable(CreateTableRequest request) {
        if (states.createTable(request)) {
            tables.add(request.tableName());
        } else if (!tables.contains(request.tableName())) {
            existing.add("table '" + request.tableName() + "'");
        }
        states.awaitTable(request.tableName());
    }

    private static CreateTableRequest request(ResultTable table) {
        List<KeySchemaElement> keys = new ArrayList<>();
        List<AttributeDefinition> attributes = new ArrayList<>();
        keys.add(key(table.key(), KeyType.HASH));
        attributes.add(text(table.key()));
        table.sortKey().ifPresent(name -> {
            keys.add(key(name, KeyType.RANGE));
            attributes.add(text(name));
        });
        return CreateTableRequest.builder()
                .tableName(table.name())
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .keySchema(keys)
                .attributeDefinitions(attributes)
                .build();
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

    /** Returns once a stream can be used that is being made, or resharded. */
    public static void awaitStream(AwsClients clients, String name) {
        new ResourceStates(clients, PATIENCE).awaitStream(name);
    }

    /** Returns once a table can be used that is being made. */
    public static void awaitTable(AwsClients clients, String name) {
        new ResourceStates(clients, PATIENCE).awaitTable(name);
    }

    /** What was there before, each as {@code stream 'name'} or {@code table 'name'}. */
    public List<String> existing() {
        return List.copyOf(existing);
    }

    /**
     * Removes what was made, and nothing else; returns once it is gone.
     *
     * @throws IllegalStateException if something is left: the message names it
     */
    public void delete() {
        List<String> left = new ArrayList<>();
        streams.forEach(name -> attempt(() -> states.deleteStream(name), left));
        tables.forEach(name -> attempt(() -> states.deleteTable(name), left));
        streams.forEach(name -> attempt(() -> states.awaitNoStream(name), left));
        tables.forEach(name -> attempt(() -> states.awaitNoTable(name), left));
        if (!left.isEmpty()) {
            throw new IllegalStateException(
                    "not all that was made for the pipeline could be removed: " + String.join("; ", left));
        }
    }

    private static void attempt(Runnable step, List<String> left) {
        try {
            step.run();
        } catch (SdkException | IllegalStateException e) {
            left.add(String.valueOf(e.getMessage()));
        }
    }
}

package dev.millrace.cdk;

import dev.millrace.plan.Plan;
import dev.millrace.plan.ResultTable;
import dev.millrace.plan.Stage;
import dev.millrace.state.dynamodb.StateTable;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.services.dynamodb.Attribute;
import software.amazon.awscdk.services.dynamodb.AttributeType;
import software.amazon.awscdk.services.dynamodb.BillingMode;
import software.amazon.awscdk.services.dynamodb.ITable;
import software.amazon.awscdk.services.dynamodb.PointInTimeRecoverySpecification;
import software.amazon.awscdk.services.dynamodb.Table;
import software.amazon.awscdk.services.dynamodb.TableEncryption;
import software.constructs.Construct;

/** The tables of a pipeline, by the names that its plan calls them by: those that exist, and the others, made. */
final class PipelineTables {
    private final Construct scope;
    private final StreamPipelineProps props;
    private final ITable state;
    private final Map<String, ITable> results = new LinkedHashMap<>();

    /** @throws IllegalArgumentException if a table was given that the pipeline has no use for */
    PipelineTables(Construct scope, Plan plan, StreamPipelineProps props) {
        this.scope = scope;
        this.props = props;
        this.state = props.stateTable()
                .orElseGet(() -> make(
                        "State",
                        plan.stateTable(),
                        attribute(StateTable.PARTITION_KEY, AttributeType.STRING),
                        attribute(StateTable.SORT_KEY, AttributeType.NUMBER)));
        Map<String, ITable> existing = new LinkedHashMap<>();
        for (ITable table : props.tables()) {
            String name = PhysicalName.of(table)
                    .orElseThrow(() -> new IllegalArgumentException("the table "
                            + table.getNode().getPath()
                            + " has no name of its own, and a pipeline calls its tables by name: set its tableName"));
            existing.put(name, table);
        }
        for (Stage stage : plan.stages()) {
            for (ResultTable table : stage.tables()) {
                ITable known = existing.get(table.name());
                results.computeIfAbsent(table.name(), name -> known == null ? make(table) : known);
            }
        }
        for (String name : existing.keySet()) {
            if (!results.containsKey(name)) {
                throw new IllegalArgumentException("the pipeline has no use for table '" + name + "'; its tables are "
                        + String.join(", ", results.keySet()) + ". That of its state is given as stateTable");
            }
        }
    }

    private Table make(ResultTable table) {
        return make(
                "Table-" + table.name(),
                table.name(),
                attribute(table.key(), AttributeType.STRING),
                table.sortKey()
                        .map(name -> attribute(name, AttributeType.STRING))
                        .orElse(null));
    }

    private Table make(String id, String name, Attribute partitionKey, @Nullable Attribute sortKey) {
        Table.Builder table = Table.Builder.create(scope, id)
                .tableName(name)
                .partitionKey(partitionKey)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .encryption(TableEncryption.AWS_MANAGED)
                .pointInTimeRecoverySpecification(PointInTimeRecoverySpecification.builder()
                        .pointInTimeRecoveryEnabled(true)
                        .build())
                .removalPolicy(props.removalPolicy());
        return sortKey == null ? table.build() : table.sortKey(sortKey).build();
    }

    private static Attribute attribute(String name, AttributeType type) {
        return Attribute.builder().name(name).type(type).build();
    }

    ITable state() {
        return state;
    }

    Collection<ITable> results() {
        return results.values();
    }

    /** The table of results that the plan calls by this name. */
    ITable get(String name) {
        ITable table = results.get(name);
        if (table == null) {
            throw new IllegalArgumentException(
                    "the pipeline has no table '" + name + "'; its tables are " + String.join(", ", results.keySet()));
        }
        return table;
    }
}

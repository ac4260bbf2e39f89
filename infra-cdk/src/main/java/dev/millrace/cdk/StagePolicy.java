package dev.millrace.cdk;

import dev.millrace.plan.Permission;
import dev.millrace.plan.Plan;
import dev.millrace.plan.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.dynamodb.ITable;
import software.amazon.awscdk.services.iam.PolicyDocument;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.kinesis.IStream;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.logs.LogGroup;
import software.constructs.Construct;

/** What a stage's function may do: what its plan says, on just those streams and tables, and write its own log. */
final class StagePolicy {
    private static final String PUT_RECORDS = "kinesis:PutRecords";
    private static final String GET_RECORDS = "kinesis:GetRecords";
    /** What DynamoDB does on behalf of those who use a table under a key of the user's. */
    private static final List<String> TABLE_KEY = List.of(
            "kms:CreateGrant",
            "kms:Decrypt",
            "kms:DescribeKey",
            "kms:Encrypt",
            "kms:GenerateDataKey",
            "kms:ReEncryptFrom",
            "kms:ReEncryptTo");

    private final Construct scope;
    private final List<PolicyStatement> statements = new ArrayList<>();

    private StagePolicy(Construct scope) {
        this.scope = scope;
    }

    /** @param consumerArn that of the stream's consumer, where the stage has read throughput of its own */
    static PolicyDocument of(
            Construct scope,
            Plan plan,
            Stage stage,
            PipelineStreams streams,
            PipelineTables tables,
            LogGroup log,
            @Nullable String consumerArn) {
        StagePolicy policy = new StagePolicy(scope);
        for (Permission permission : stage.permissions()) {
            switch (permission.kind()) {
                case STREAM -> policy.stream(permission, streams.get(permission.name()));
                case TABLE ->
                    policy.table(
                            permission,
                            permission.name().equals(plan.stateTable())
                                    ? tables.state()
                                    : tables.get(permission.name()));
            }
        }
        if (consumerArn != null) {
            policy.allow(List.of("kinesis:DescribeStreamConsumer", "kinesis:SubscribeToShard"), consumerArn);
        }
        policy.allow(List.of("logs:CreateLogStream", "logs:PutLogEvents"), log.getLogGroupArn());
        return PolicyDocument.Builder.create().statements(policy.statements).build();
    }

    private void stream(Permission permission, IStream stream) {
        allow(permission.actions(), stream.getStreamArn());
        IKey key = stream.getEncryptionKey();
        if (key != null) {
            Set<String> actions = new TreeSet<>();
            if (permission.actions().contains(GET_RECORDS)) {
                actions.add("kms:Decrypt");
            }
            if (permission.actions().contains(PUT_RECORDS)) {
                actions.add("kms:GenerateDataKey");
            }
            if (!actions.isEmpty()) {
                allowKey(List.copyOf(actions), key, "kinesis");
            }
        }
    }

    private void table(Permission permission, ITable table) {
        allow(permission.actions(), table.getTableArn());
        IKey key = table.getEncryptionKey();
        if (key != null) {
            allowKey(TABLE_KEY, key, "dynamodb");
        }
    }

    private void allow(List<String> actions, String resource) {
        statements.add(PolicyStatement.Builder.create()
                .actions(actions)
                .resources(List.of(resource))
                .build());
    }

    /** A key is of use through the service alone whose data it encrypts. */
    private void allowKey(List<String> actions, IKey key, String service) {
        Stack stack = Stack.of(scope);
        statements.add(PolicyStatement.Builder.create()
                .actions(actions)
                .resources(List.of(key.getKeyArn()))
                .conditions(Map.of(
                        "StringEquals",
                        Map.of("kms:ViaService", service + "." + stack.getRegion() + "." + stack.getUrlSuffix())))
                .build());
    }
}

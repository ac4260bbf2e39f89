package dev.millrace.cdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.dynamodb.Attribute;
import software.amazon.awscdk.services.dynamodb.AttributeType;
import software.amazon.awscdk.services.dynamodb.Table;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.kinesis.Stream;
import software.amazon.awscdk.services.kms.Key;

@NeedsNode
class ExistingResourcesTest {
    private static final String CLICKS_ARN = "arn:aws:kinesis:eu-west-1:111122223333:stream/orders";

    @TempDir
    private Path folder = Path.of("");

    private StreamPipelineProps.Builder orders() {
        return StreamPipelineProps.builder(Orders.class, TestJars.ofOrders(folder));
    }

    @Test
    void aStreamAndTablesThatExistAreUsedAndNotMade() {
        Synthesized stack = Synthesized.of(
                scope -> orders()
                        .stream(Stream.fromStreamArn(scope, "Orders", CLICKS_ARN))
                        .table(Table.fromTableName(scope, "Counts", "order-counts"))
                        .stateTable(Table.fromTableName(scope, "State", "any-name")),
                (scope, pipeline) -> {});

        assertThat(stack.resources("AWS::Kinesis::Stream").keySet()).singleElement().asString().contains("orderevents");
        assertThat(stack.resources("AWS::DynamoDB::Table")).isEmpty();
        assertThat(stack.properties("AWS::Lambda::EventSourceMapping", "")
                        .get("EventSourceArn")
                        .asText())
                .isEqualTo(CLICKS_ARN);
        assertThat(stack.properties("AWS::Lambda::Function", "")
                        .at("/Environment/Variables/MILLRACE_STATE_TABLE")
                        .asText())
                .isEqualTo("any-name");
        assertThat(stack.properties("AWS::IAM::Role", "StagesourceRole").get("Policies").toString())
                .contains(CLICKS_ARN)
                .contains("table/order-counts")
                .contains("table/any-name");
    }

    @Test
    void keysOfTheUsersAreOfUseThroughTheServicesThatTheyEncryptFor() {
        Synthesized stack = Synthesized.of(
                scope -> {
                    Key key = new Key(scope, "Key");
                    return orders().stream(Stream.Builder.create(scope, "Orders")
                                    .streamName("orders")
                                    .encryptionKey(key)
                                    .build())
                            .stream(Stream.Builder.create(scope, "Events")
                                    .streamName("order-events")
                                    .encryptionKey(key)
                                    .build())
                            .table(Table.Builder.create(scope, "Counts")
                                    .tableName("order-counts")
                                    .partitionKey(Attribute.builder()
                                            .name("customer")
                                            .type(AttributeType.STRING)
                                            .build())
                                    .encryptionKey(key)
                                    .build());
                },
                (scope, pipeline) -> {});

        JsonNode statements = stack.properties("AWS::IAM::Role", "StagesourceRole")
                .at("/Policies/0/PolicyDocument/Statement");
        List<JsonNode> ofKeys = new java.util.ArrayList<>();
        statements.forEach(statement -> {
            if (statement.get("Action").toString().contains("kms:")) {
                ofKeys.add(statement);
            }
        });
        assertThat(ofKeys).hasSize(3).allSatisfy(statement -> assertThat(
                        statement.at("/Condition/StringEquals").toString())
                .contains("kms:ViaService"));
        assertThat(ofKeys).anySatisfy(statement -> assertThat(Synthesized.texts(statement.get("Action")))
                .as("to read the source")
                .containsExactly("kms:Decrypt"));
        assertThat(ofKeys).anySatisfy(statement -> assertThat(Synthesized.texts(statement.get("Action")))
                .as("to append results")
                .containsExactly("kms:GenerateDataKey"));
    }

    @Test
    void alarmsKnowHowLongAStreamOfTheStackKeepsRecords() {
        Synthesized stack = Synthesized.of(
                scope -> orders().stream(Stream.Builder.create(scope, "Orders")
                        .streamName("orders")
                        .retentionPeriod(Duration.hours(100))
                        .build()),
                (scope, pipeline) -> {});

        assertThat(stack.properties("AWS::CloudWatch::Alarm", "IteratorAge")
                        .get("Threshold")
                        .asLong())
                .isEqualTo(50L * 3600 * 1000);
    }

    @Test
    void anotherStreamThanThePipelinesIsRefused() {
        assertThatThrownBy(() -> Synthesized.of(
                        scope -> orders()
                                .stream(Stream.fromStreamArn(
                                        scope, "Other", "arn:aws:kinesis:eu-west-1:111122223333:stream/order")),
                        (scope, pipeline) -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the pipeline has no use for stream 'order'; its streams are orders, order-events");
    }

    @Test
    void anotherTableThanThePipelinesIsRefused() {
        assertThatThrownBy(() -> Synthesized.of(
                        scope -> orders().table(Table.fromTableName(scope, "Other", "counts")),
                        (scope, pipeline) -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no use for table 'counts'; its tables are order-counts");
    }

    @Test
    void aStreamWhoseNameCloudFormationWouldChooseIsRefused() {
        assertThatThrownBy(() -> Synthesized.of(
                        scope -> orders().stream(new Stream(scope, "Orders")), (scope, pipeline) -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the stream test/Orders has no name of its own, and a pipeline calls its streams by name: set its"
                        + " streamName");
    }

    @Test
    void producersAndReadersAreGrantedWhatTheyNeed() {
        Synthesized stack = Synthesized.of(scope -> orders(), (scope, pipeline) -> {
            Role producer = role(scope, "Producer");
            pipeline.grantPutEvents(producer);
            pipeline.grantReadResults(role(scope, "Reader"));
        });

        assertThat(stack.properties("AWS::IAM::Policy", "Producer").toString())
                .contains("kinesis:PutRecords")
                .contains("PipelineStreamorders");
        assertThat(stack.properties("AWS::IAM::Policy", "Reader").toString())
                .contains("dynamodb:Query")
                .doesNotContain("dynamodb:PutItem");
    }

    private static Role role(Stack scope, String id) {
        return Role.Builder.create(scope, id)
                .assumedBy(new ServicePrincipal("ec2.amazonaws.com"))
                .build();
    }
}

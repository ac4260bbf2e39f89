package dev.millrace.cdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.PipelineDefinition;
import dev.millrace.Sink;
import dev.millrace.codec.Codecs;
import dev.millrace.lambda.KinesisHandler;
import java.nio.file.Path;
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
import software.amazon.awscdk.services.kinesis.StreamMode;
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
                scope -> orders().stream(Stream.fromStreamArn(scope, "Orders", CLICKS_ARN))
                        .table(Table.fromTableName(scope, "Counts", "order-counts"))
                        .stateTable(Table.fromTableName(scope, "State", "any-name")),
                (scope, pipeline) -> {});

        assertThat(stack.resources("AWS::Kinesis::Stream").keySet())
                .singleElement()
                .asString()
                .contains("orderevents");
        assertThat(stack.resources("AWS::DynamoDB::Table")).isEmpty();
        assertThat(stack.properties("AWS::Lambda::EventSourceMapping", "")
                        .get("EventSourceArn")
                        .asText())
                .isEqualTo(CLICKS_ARN);
        assertThat(stack.properties("AWS::Lambda::Function", "")
                        .at("/Environment/Variables/MILLRACE_STATE_TABLE")
                        .asText())
                .isEqualTo("any-name");
        assertThat(stack.properties("AWS::IAM::Role", "StagesourceRole")
                        .get("Policies")
                        .toString())
                .contains(CLICKS_ARN)
                .contains("table/order-counts")
                .contains("table/any-name");
    }

    @Test
    void keysOfTheUsersAreOfUseThroughTheServicesThatTheyEncryptFor() {
        Synthesized stack = Synthesized.of(
                scope -> {
                    return orders().stream(Stream.Builder.create(scope, "Orders")
                                    .streamName("orders")
                                    .encryptionKey(new Key(scope, "SourceKey"))
                                    .build())
                            .stream(Stream.Builder.create(scope, "Events")
                                    .streamName("order-events")
                                    .encryptionKey(new Key(scope, "OutputKey"))
                                    .build())
                            .table(Table.Builder.create(scope, "Counts")
                                    .tableName("order-counts")
                                    .partitionKey(Attribute.builder()
                                            .name("customer")
                                            .type(AttributeType.STRING)
                                            .build())
                                    .encryptionKey(new Key(scope, "TableKey"))
                                    .build());
                },
                (scope, pipeline) -> {});

        assertThat(ofKey(stack, "SourceKey").get("Action").asText()).isEqualTo("kms:Decrypt");
        assertThat(ofKey(stack, "OutputKey").get("Action").asText()).isEqualTo("kms:GenerateDataKey");
        assertThat(Synthesized.texts(ofKey(stack, "TableKey").get("Action"))).contains("kms:Decrypt", "kms:Encrypt");
        assertThat(ofKey(stack, "SourceKey")
                        .at("/Condition/StringEquals/kms:ViaService")
                        .toString())
                .contains("kinesis.");
        assertThat(ofKey(stack, "TableKey")
                        .at("/Condition/StringEquals/kms:ViaService")
                        .toString())
                .contains("dynamodb.");
    }

    private static JsonNode ofKey(Synthesized stack, String key) {
        for (JsonNode statement :
                stack.properties("AWS::IAM::Role", "StagesourceRole").at("/Policies/0/PolicyDocument/Statement")) {
            if (statement.get("Resource").toString().contains(key)) {
                return statement;
            }
        }
        throw new AssertionError("no statement about " + key);
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
                        scope -> orders().stream(Stream.fromStreamArn(
                                scope, "Other", "arn:aws:kinesis:eu-west-1:111122223333:stream/order")),
                        (scope, pipeline) -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the pipeline has no use for stream 'order'; its streams are orders, order-events");
    }

    @Test
    void anInternalStreamThatKinesisWouldReshardIsRefused() {
        assertThatThrownBy(() -> Synthesized.of(
                        scope -> Sample.CLICKSTREAM.props().stream(Stream.Builder.create(scope, "Pages")
                                .streamName("clickstream-pages")
                                .streamMode(StreamMode.ON_DEMAND)
                                .build()),
                        (scope, pipeline) -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the internal stream 'clickstream-pages' is on demand")
                .hasMessageContaining("make it with a shardCount");
    }

    @Test
    void resultsInTheStreamOfDeadLettersAreKeptAsLong() {
        Synthesized stack = Synthesized.of(
                StreamPipelineProps.builder(Letters.class, TestJars.with(folder, Letters.class, KinesisHandler.class)));

        assertThat(stack.properties("AWS::Kinesis::Stream", "lettersandresults")
                        .get("RetentionPeriodHours")
                        .asInt())
                .isEqualTo(7 * 24);
    }

    /** Its results and its dead letters go to one stream. */
    public static final class Letters implements PipelineDefinition {
        @Override
        public Pipeline define() {
            PipelineBuilder pipeline = Pipeline.named("letters").deadLetters("letters-and-results");
            pipeline.from("input", Codecs.string(), EventTime.ingestion())
                    .toStream("letters-and-results", text -> text, Codecs.string(), Sink.IdPlacement.FIRST_LINE);
            return pipeline.build();
        }
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
        assertThatThrownBy(() ->
                        Synthesized.of(scope -> orders().stream(new Stream(scope, "Orders")), (scope, pipeline) -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "the stream test/Orders has no name of its own, and a pipeline calls its streams by name: set its"
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

package dev.millrace.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.samples.clickstream.Clickstream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.lambda.Architecture;
import software.amazon.awscdk.services.lambda.StartingPosition;
import software.amazon.awscdk.services.logs.RetentionDays;

@NeedsNode
class StreamPipelineTest {
    private static final String FUNCTION = "AWS::Lambda::Function";
    private static final String MAPPING = "AWS::Lambda::EventSourceMapping";
    private static final String STREAM = "AWS::Kinesis::Stream";
    private static final String TABLE = "AWS::DynamoDB::Table";

    /** With nothing chosen; made once, since it takes a while. */
    private static final class Defaults {
        private static final Synthesized CLICKSTREAM = Synthesized.of(clickstream());
    }

    @TempDir
    private Path folder = Path.of("");

    private static StreamPipelineProps.Builder clickstream() {
        return Sample.CLICKSTREAM.props();
    }

    private StreamPipelineProps.Builder orders() {
        return StreamPipelineProps.builder(Orders.class, TestJars.ofOrders(folder));
    }

    @Test
    void eachStageHasAFunctionThatIsToldWhatToRun() {
        JsonNode pages = Defaults.CLICKSTREAM.properties(FUNCTION, "Stagepages");

        assertThat(Defaults.CLICKSTREAM.resources(FUNCTION)).hasSize(2);
        assertThat(pages.get("Handler").asText()).isEqualTo("dev.millrace.lambda.KinesisHandler::handleRequest");
        assertThat(pages.get("Runtime").asText()).isEqualTo("java25");
        assertThat(Synthesized.texts(pages.get("Architectures"))).containsExactly("arm64");
        assertThat(pages.get("MemorySize").asInt()).isEqualTo(1024);
        assertThat(pages.get("Timeout").asInt()).isEqualTo(60);
        JsonNode environment = pages.at("/Environment/Variables");
        assertThat(environment.get("MILLRACE_PIPELINE").asText()).isEqualTo(Clickstream.class.getName());
        assertThat(environment.get("MILLRACE_STAGE").asText()).isEqualTo("pages");
        assertThat(environment.get("MILLRACE_IDLE_TIMEOUT").asText()).isEqualTo("PT10S");
        assertThat(environment.at("/MILLRACE_STATE_TABLE/Ref").asText())
                .isEqualTo(only(Defaults.CLICKSTREAM, "PipelineState"));
    }

    private static String only(Synthesized stack, String idPart) {
        return stack.resources(TABLE).keySet().stream()
                .filter(id -> id.contains(idPart))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void withSnapStartAllInvokeThePublishedVersion() {
        Synthesized stack = Defaults.CLICKSTREAM;

        assertThat(stack.properties(FUNCTION, "Stagesource")
                        .at("/SnapStart/ApplyOn")
                        .asText())
                .isEqualTo("PublishedVersions");
        assertThat(stack.properties("AWS::Lambda::Alias", "Stagesource")
                        .get("Name")
                        .asText())
                .isEqualTo("live");
        String alias = stack.resources("AWS::Lambda::Alias").keySet().stream()
                .filter(id -> id.contains("Stagesource"))
                .findFirst()
                .orElseThrow();
        assertThat(stack.properties(MAPPING, "Stagesource")
                        .at("/FunctionName/Ref")
                        .asText())
                .isEqualTo(alias);
        assertThat(stack.properties("AWS::Scheduler::Schedule", "Stagesource")
                        .at("/Target/Arn/Ref")
                        .asText())
                .isEqualTo(alias);
        JsonNode queue = stack.resource("AWS::Lambda::EventInvokeConfig", "Stagesource");
        assertThat(queue.at("/Properties/Qualifier").asText()).isEqualTo("live");
        assertThat(Synthesized.texts(queue.get("DependsOn"))).contains(alias);
    }

    @Test
    void withoutSnapStartThereIsNoVersion() {
        Synthesized stack = Synthesized.of(
                orders().function(FunctionProps.builder().snapStart(false).build()));

        assertThat(stack.resources("AWS::Lambda::Alias")).isEmpty();
        assertThat(stack.resources("AWS::Lambda::Version")).isEmpty();
        assertThat(stack.properties(FUNCTION, "").has("SnapStart")).isFalse();
        assertThat(stack.properties("AWS::Lambda::EventInvokeConfig", "")
                        .get("Qualifier")
                        .asText())
                .isEqualTo("$LATEST");
    }

    @Test
    void theMappingIsAsExactnessNeedsIt() {
        JsonNode mapping = Defaults.CLICKSTREAM.properties(MAPPING, "Stagesource");

        assertThat(Synthesized.texts(mapping.get("FunctionResponseTypes"))).containsExactly("ReportBatchItemFailures");
        assertThat(mapping.get("ParallelizationFactor").asInt()).isEqualTo(1);
        assertThat(mapping.get("MaximumRetryAttempts").asInt()).isEqualTo(-1);
        assertThat(mapping.get("MaximumRecordAgeInSeconds").asInt()).isEqualTo(-1);
        assertThat(mapping.get("StartingPosition").asText()).isEqualTo("TRIM_HORIZON");
        assertThat(mapping.get("BatchSize").asInt()).isEqualTo(1000);
        assertThat(mapping.get("MaximumBatchingWindowInSeconds").asInt()).isEqualTo(1);
        assertThat(mapping.has("FilterCriteria")).isFalse();
    }

    @Test
    void onlyTheSourceIsBegunLaterThanItsBeginning() {
        Synthesized stack = Synthesized.of(clickstream()
                .mapping(MappingProps.builder()
                        .startingTime(Instant.parse("2026-11-01T00:00:00Z"))
                        .build()));

        JsonNode source = stack.properties(MAPPING, "Stagesource");
        assertThat(source.get("StartingPosition").asText()).isEqualTo("AT_TIMESTAMP");
        assertThat(source.get("StartingPositionTimestamp").asLong()).isEqualTo(1_793_491_200L);
        JsonNode pages = stack.properties(MAPPING, "Stagepages");
        assertThat(pages.get("StartingPosition").asText()).isEqualTo("TRIM_HORIZON");
        assertThat(pages.has("StartingPositionTimestamp")).isFalse();
    }

    @Test
    void aMappingThatIsReplacedHasAnotherId() {
        JsonNode trimHorizon = mappingId(Defaults.CLICKSTREAM);
        JsonNode latest = mappingId(Synthesized.of(clickstream()
                .mapping(MappingProps.builder()
                        .startingPosition(StartingPosition.LATEST)
                        .build())));
        JsonNode sameAgain = mappingId(Synthesized.of(
                clickstream().mapping(MappingProps.builder().batchSize(10).build())));

        assertThat(latest).isNotEqualTo(trimHorizon);
        assertThat(sameAgain).as("what does not replace the mapping").isEqualTo(trimHorizon);
        assertThat(trimHorizon.toString())
                .as("a stack made again has another mapping")
                .contains("AWS::StackId");
    }

    private static JsonNode mappingId(Synthesized stack) {
        return stack.properties(FUNCTION, "Stagesource").at("/Environment/Variables/MILLRACE_MAPPING_ID");
    }

    @Test
    void enhancedFanOutReadsThroughAConsumerOfItsOwn() {
        Synthesized stack = Synthesized.of(
                orders().mapping(MappingProps.builder().enhancedFanOut(true).build()));

        String consumer = stack.resources("AWS::Kinesis::StreamConsumer")
                .keySet()
                .iterator()
                .next();
        assertThat(stack.properties(MAPPING, "").get("EventSourceArn").toString())
                .contains(consumer);
        assertThat(stack.properties("AWS::IAM::Role", "StagesourceRole")
                        .get("Policies")
                        .toString())
                .contains("kinesis:SubscribeToShard")
                .contains(consumer);
    }

    @Test
    void aTickIsAnEventWithoutRecordsAndIsNotRepeated() {
        JsonNode schedule = Defaults.CLICKSTREAM.properties("AWS::Scheduler::Schedule", "Stagepages");

        assertThat(schedule.get("ScheduleExpression").asText()).isEqualTo("rate(1 minute)");
        assertThat(schedule.at("/Target/Input").asText()).isEqualTo("{\"Records\":[]}");
        assertThat(schedule.at("/Target/RetryPolicy/MaximumRetryAttempts").asInt())
                .isZero();
        assertThat(Defaults.CLICKSTREAM
                        .properties("AWS::Lambda::EventInvokeConfig", "Stagepages")
                        .get("MaximumRetryAttempts")
                        .asInt())
                .isZero();
    }

    @Test
    void theTickIntervalIsChosen() {
        Synthesized stack = Synthesized.of(orders().tickInterval(Duration.ofMinutes(5)));

        assertThat(stack.properties("AWS::Scheduler::Schedule", "")
                        .get("ScheduleExpression")
                        .asText())
                .isEqualTo("rate(5 minutes)");
    }

    @Test
    void streamsHaveTheModeThatTheirUseNeeds() {
        Synthesized clickstream = Defaults.CLICKSTREAM;
        JsonNode source = clickstream.properties(STREAM, "StreamclicksFF");
        JsonNode internal = clickstream.properties(STREAM, "Streamclickstreampages");
        JsonNode deadLetters = clickstream.properties(STREAM, "deadletters");

        assertThat(source.get("Name").asText()).isEqualTo("clicks");
        assertThat(source.at("/StreamModeDetails/StreamMode").asText())
                .as("Kinesis reshards it with the load")
                .isEqualTo("ON_DEMAND");
        assertThat(source.at("/StreamEncryption/EncryptionType").asText()).isEqualTo("KMS");
        assertThat(internal.at("/StreamModeDetails/StreamMode").asText())
                .as("its shards must stay")
                .isEqualTo("PROVISIONED");
        assertThat(internal.get("ShardCount").asInt()).isEqualTo(2);
        assertThat(deadLetters.get("RetentionPeriodHours").asInt()).isEqualTo(7 * 24);
        assertThat(clickstream
                        .resource(STREAM, "StreamclicksFF")
                        .get("DeletionPolicy")
                        .asText())
                .as("but for what a failed deployment leaves")
                .isEqualTo("RetainExceptOnCreate");
    }

    @Test
    void tablesAreKeptAndHaveTheKeysOfThePlan() {
        JsonNode state = Defaults.CLICKSTREAM.properties(TABLE, "PipelineState");
        JsonNode results = Defaults.CLICKSTREAM.properties(TABLE, "pageviews");

        assertThat(results.get("TableName").asText()).isEqualTo("page-views");
        assertThat(results.get("KeySchema").findValuesAsText("AttributeName")).containsExactly("page", "window_start");
        assertThat(state.get("KeySchema").findValuesAsText("AttributeName")).containsExactly("pk", "sk");
        assertThat(state.get("AttributeDefinitions").findValuesAsText("AttributeType"))
                .containsExactly("S", "N");
        for (JsonNode table : Defaults.CLICKSTREAM.resources(TABLE).values()) {
            assertThat(table.get("DeletionPolicy").asText())
                    .as("but for what a failed deployment leaves")
                    .isEqualTo("RetainExceptOnCreate");
            JsonNode properties = table.get("Properties");
            assertThat(properties.get("BillingMode").asText()).isEqualTo("PAY_PER_REQUEST");
            assertThat(properties.at("/SSESpecification/SSEEnabled").asBoolean())
                    .isTrue();
            assertThat(properties
                            .at("/PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled")
                            .asBoolean())
                    .isTrue();
        }
    }

    @Test
    void whatIsChosenIsThere() {
        Synthesized stack = Synthesized.of(clickstream()
                .removalPolicy(RemovalPolicy.DESTROY)
                .retention(Duration.ofHours(48))
                .deadLetterRetention(Duration.ofHours(24))
                .internalStreamShards(4)
                .idleTimeout(Duration.ofSeconds(30))
                .dashboard(false)
                .alarms(AlarmProps.none())
                .function(FunctionProps.builder()
                        .environment("GREETING", "hello")
                        .logRetention(RetentionDays.ONE_WEEK)
                        .architecture(Architecture.X86_64)
                        .build())
                .function(
                        "pages",
                        FunctionProps.builder()
                                .memoryMebibytes(2048)
                                .timeout(Duration.ofMinutes(5))
                                .build())
                .mapping(
                        "pages",
                        MappingProps.builder()
                                .batchSize(10)
                                .batchingWindow(Duration.ofSeconds(7))
                                .build()));

        JsonNode source = stack.properties(FUNCTION, "Stagesource");
        assertThat(source.at("/Environment/Variables/GREETING").asText()).isEqualTo("hello");
        assertThat(source.at("/Environment/Variables/MILLRACE_IDLE_TIMEOUT").asText())
                .isEqualTo("PT30S");
        assertThat(Synthesized.texts(source.get("Architectures"))).containsExactly("x86_64");
        assertThat(stack.properties("AWS::Logs::LogGroup", "Stagesource")
                        .get("RetentionInDays")
                        .asInt())
                .isEqualTo(7);
        JsonNode pages = stack.properties(FUNCTION, "Stagepages");
        assertThat(pages.get("MemorySize").asInt()).isEqualTo(2048);
        assertThat(pages.get("Timeout").asInt()).isEqualTo(300);
        assertThat(stack.properties(MAPPING, "Stagepages").get("BatchSize").asInt())
                .isEqualTo(10);
        assertThat(stack.properties(MAPPING, "Stagepages")
                        .get("MaximumBatchingWindowInSeconds")
                        .asInt())
                .isEqualTo(7);
        assertThat(stack.properties(STREAM, "Streamclickstreampages")
                        .get("ShardCount")
                        .asInt())
                .isEqualTo(4);
        assertThat(stack.properties(STREAM, "StreamclicksFF")
                        .get("RetentionPeriodHours")
                        .asInt())
                .isEqualTo(48);
        assertThat(stack.properties(STREAM, "deadletters")
                        .get("RetentionPeriodHours")
                        .asInt())
                .isEqualTo(24);
        assertThat(stack.resource(STREAM, "StreamclicksFF")
                        .get("DeletionPolicy")
                        .asText())
                .isEqualTo("Delete");
        assertThat(stack.resource(TABLE, "PipelineState").get("DeletionPolicy").asText())
                .isEqualTo("Delete");
        assertThat(stack.resources("AWS::CloudWatch::Alarm")).isEmpty();
        assertThat(stack.resources("AWS::CloudWatch::Dashboard")).isEmpty();
    }

    @Test
    void receiversAreDeployedBeforeSenders() {
        String receiver = Defaults.CLICKSTREAM.resources("AWS::Lambda::Alias").keySet().stream()
                .filter(id -> id.contains("Stagepages"))
                .findFirst()
                .orElseThrow();

        JsonNode sender = Defaults.CLICKSTREAM.resource("AWS::Lambda::Alias", "Stagesource");
        assertThat(Synthesized.texts(sender.get("DependsOn"))).contains(receiver);
    }
}

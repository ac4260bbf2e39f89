package dev.millrace.cdk.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.cdk.NeedsNode;
import dev.millrace.cdk.Programs;
import dev.millrace.cdk.Programs.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;
import software.amazon.awssdk.services.lambda.model.EventSourceMappingConfiguration;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;

/**
 * Deploys the samples by the commands of the README, with the real CDK CLI, to moto's stand-in for AWS, and reads back what is
 * there. What moto's CloudFormation passes over (aliases, which SnapStart needs, schedules, a function's architecture, a stream's
 * mode, a table's encryption and recovery) {@code StreamPipelineTest} finds in the template.
 */
@NeedsNode
class MotoDeployTest {
    private static final int SECONDS = 300;
    private static final Path CDK = Path.of("node_modules/.bin/cdk");
    /** moto's CloudFormation cannot make an alias. */
    private static final String WITHOUT_ALIAS = "snapStart=off";

    @TempDir
    private Path folder = Path.of("");

    @Test
    void theSamplesAreDeployedAndDeployingThemAgainChangesNothing() throws IOException {
        assumeTrue(
                Programs.answers("moto_server", "--help"), "moto_server is not installed (pip install 'moto[server]')");
        assumeTrue(Files.exists(CDK), "the CDK CLI is not installed (npm ci, in infra-cdk)");
        try (Moto moto = Moto.start(folder)) {
            cdk(moto, "bootstrap", "-c", "pipeline=clickstream");
            deploy(moto, "clickstream");
            assertClickstream(moto);
            cdk(moto, "diff", "--fail", "-c", "pipeline=clickstream", "-c", WITHOUT_ALIAS);

            deploy(moto, "word-count");
            assertMapping(moto, function(moto, "word-count", "source"), "lines");
            assertMapping(moto, function(moto, "word-count", "words"), "word-count-words");
            assertTable(moto, "word-counts", "word");
            assertTable(moto, "word-counts-per-minute", "word", "window_start");
        }
    }

    private static void deploy(Moto moto, String sample) throws IOException {
        cdk(moto, "deploy", "--require-approval", "never", "-c", "pipeline=" + sample, "-c", WITHOUT_ALIAS);
    }

    private static void cdk(Moto moto, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("npx", "cdk"));
        command.addAll(List.of(arguments));
        Run run = Programs.run(Path.of("."), moto.environment(), SECONDS, command);
        assertThat(run.exitCode()).as(run.output()).isZero();
    }

    private static void assertClickstream(Moto moto) {
        FunctionConfiguration pages = function(moto, "clickstream", "pages");
        assertThat(pages.runtimeAsString()).isEqualTo("java25");
        assertThat(pages.memorySize()).isEqualTo(1024);
        assertThat(pages.timeout()).isEqualTo(60);
        assertThat(pages.handler()).isEqualTo("dev.millrace.lambda.KinesisHandler::handleRequest");
        assertThat(pages.environment().variables())
                .containsEntry("MILLRACE_PIPELINE", "dev.millrace.samples.clickstream.Clickstream")
                .containsEntry("MILLRACE_STATE_TABLE", "clickstream-state");
        assertThat(pages.environment().variables().get("MILLRACE_MAPPING_ID"))
                .as("a hash, and what the stack's id ends with")
                .matches("[0-9a-f]{16}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

        assertMapping(moto, pages, "clickstream-pages");
        assertMapping(moto, function(moto, "clickstream", "source"), "clicks");
        assertThat(stream(moto, "clicks").retentionPeriodHours()).isEqualTo(24);
        assertThat(stream(moto, "clickstream-pages").openShardCount()).isEqualTo(2);
        assertThat(stream(moto, "clicks-dead-letters").retentionPeriodHours()).isEqualTo(168);
        assertTable(moto, "clickstream-state", "pk", "sk");
        assertTable(moto, "page-views", "page", "window_start");
    }

    private static FunctionConfiguration function(Moto moto, String pipeline, String stage) {
        return moto.lambda().listFunctions().functions().stream()
                .filter(function -> function.functionName().startsWith("millrace-" + pipeline))
                .filter(function ->
                        stage.equals(function.environment().variables().get("MILLRACE_STAGE")))
                .findFirst()
                .orElseThrow();
    }

    private static void assertMapping(Moto moto, FunctionConfiguration function, String stream) {
        EventSourceMappingConfiguration mapping = moto.lambda().listEventSourceMappings().eventSourceMappings().stream()
                .filter(candidate -> candidate.functionArn().equals(function.functionArn()))
                .findFirst()
                .orElseThrow();
        assertThat(mapping.eventSourceArn()).endsWith(":stream/" + stream);
        assertThat(mapping.functionResponseTypesAsStrings()).containsExactly("ReportBatchItemFailures");
        assertThat(mapping.batchSize()).isEqualTo(1000);
        assertThat(mapping.maximumBatchingWindowInSeconds()).isEqualTo(1);
        assertThat(mapping.parallelizationFactor()).isEqualTo(1);
        assertThat(mapping.maximumRetryAttempts()).isEqualTo(-1);
        assertThat(mapping.startingPositionAsString()).isEqualTo("TRIM_HORIZON");
    }

    private static StreamDescriptionSummary stream(Moto moto, String name) {
        return moto.kinesis()
                .describeStreamSummary(request -> request.streamName(name))
                .streamDescriptionSummary();
    }

    private static void assertTable(Moto moto, String name, String... keys) {
        TableDescription table = moto.dynamoDb()
                .describeTable(request -> request.tableName(name))
                .table();
        assertThat(table.keySchema()).extracting(key -> key.attributeName()).containsExactly(keys);
        assertThat(table.billingModeSummary().billingModeAsString()).isEqualTo("PAY_PER_REQUEST");
    }
}

package dev.millrace.cdk;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.PipelineException;
import dev.millrace.lambda.KinesisHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awscdk.services.lambda.CfnEventSourceMapping;
import software.amazon.awscdk.services.lambda.Runtime;
import software.amazon.awscdk.services.lambda.StartingPosition;

@NeedsNode
class BadInputTest {
    @TempDir
    private Path folder = Path.of("");

    private StreamPipelineProps.Builder orders() {
        return StreamPipelineProps.builder(Orders.class, TestJars.ofOrders(folder));
    }

    @Test
    void aCollectingSinkIsRefusedByItsOperatorsName() {
        Path jar = TestJars.with(folder, Collecting.class, KinesisHandler.class);

        assertThatThrownBy(() -> Synthesized.of(StreamPipelineProps.builder(Collecting.class, jar)))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("pipeline 'collecting' cannot be deployed: operator '")
                .hasMessageContaining("collects results in memory ('seen')")
                .hasMessageContaining("Use toTable or toStream");
    }

    @Test
    void aMissingJarIsRefused() {
        Path missing = folder.resolve("missing.jar");

        assertThatThrownBy(() -> Synthesized.of(StreamPipelineProps.builder(Orders.class, missing)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("there is no jar " + missing.toAbsolutePath() + ": build it first");
    }

    @Test
    void aJarThatIsTooLargeUnpackedIsRefused() throws IOException {
        Path jar = TestJars.large(folder, 250);

        assertThatThrownBy(() -> Synthesized.of(StreamPipelineProps.builder(Orders.class, jar)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("251 MB unpacked, and Lambda takes 250 MB");
    }

    @Test
    void aFileThatIsNoJarIsRefused() throws IOException {
        Path text = Files.writeString(folder.resolve("function.jar"), "text");

        assertThatThrownBy(() -> Synthesized.of(StreamPipelineProps.builder(Orders.class, text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot be read");
    }

    @Test
    void aJarOfAnotherPipelineIsRefused() {
        Path jar = TestJars.with(folder, Collecting.class, KinesisHandler.class);

        assertThatThrownBy(() -> Synthesized.of(StreamPipelineProps.builder(Orders.class, jar)))
                .hasMessageContaining("has no class dev.millrace.cdk.Orders");
    }

    @Test
    void aJarWithoutDependenciesIsRefused() {
        Path jar = TestJars.with(folder, Orders.class);

        assertThatThrownBy(() -> Synthesized.of(StreamPipelineProps.builder(Orders.class, jar)))
                .hasMessageContaining("has no class dev.millrace.lambda.KinesisHandler: it must hold all dependencies");
    }

    @Test
    void anEventFilterIsRefusedWithTheReason() {
        assertRefusedAtSynth(
                mapping -> mapping.setFilterCriteria(
                        CfnEventSourceMapping.FilterCriteriaProperty.builder().build()),
                "an event filter drops records before the pipeline sees them",
                "(T1)",
                "filter(...)");
    }

    @Test
    void aMappingThatExactnessDoesNotSurviveIsRefused() {
        assertRefusedAtSynth(
                mapping -> mapping.setParallelizationFactor(2), "ParallelizationFactor is 2, and must be 1");
        assertRefusedAtSynth(
                mapping -> mapping.setMaximumRetryAttempts(3), "MaximumRetryAttempts is 3, and must be -1");
        assertRefusedAtSynth(
                mapping -> mapping.setMaximumRecordAgeInSeconds(60), "MaximumRecordAgeInSeconds is 60, and must be -1");
        assertRefusedAtSynth(
                mapping -> mapping.setTumblingWindowInSeconds(60),
                "TumblingWindowInSeconds is 60, and must be left out");
        assertRefusedAtSynth(
                mapping -> mapping.setStartingPosition("LATEST"),
                "StartingPosition is LATEST, and must be TRIM_HORIZON");
        assertRefusedAtSynth(
                mapping -> mapping.setEventSourceArn("arn:aws:kinesis:eu-west-1:111122223333:stream/other"),
                "the event source, the function and the starting position are what the function knows its mapping by (E3)");
        assertRefusedAtSynth(
                mapping -> mapping.setFunctionResponseTypes(null),
                "FunctionResponseTypes is null, and must contain ReportBatchItemFailures");
    }

    private void assertRefusedAtSynth(Consumer<CfnEventSourceMapping> change, String... messages) {
        var refused = assertThatThrownBy(() ->
                Synthesized.of(scope -> orders(), (scope, pipeline) -> change.accept(pipeline.mapping("source"))));
        for (String message : messages) {
            refused.hasMessageContaining(message);
        }
    }

    @Test
    void propsForAStageThatThereIsNotAreRefused() {
        assertThatThrownBy(() -> Synthesized.of(orders().function("sauce", FunctionProps.defaults())))
                .hasMessage("the pipeline has no stage 'sauce', for which props are given; it has source");
    }

    @Test
    void wrongPropsAreRefusedWithTheirValueAndWhatIsRight() {
        assertThatThrownBy(() -> FunctionProps.builder().memoryMebibytes(64).build())
                .hasMessage("memoryMebibytes is 64, and must be 256 to 10240");
        assertThatThrownBy(() ->
                        FunctionProps.builder().timeout(Duration.ofMinutes(16)).build())
                .hasMessage("timeout is PT16M, and must be a whole number of seconds from 1 to 900");
        assertThatThrownBy(() ->
                        FunctionProps.builder().timeout(Duration.ofMillis(1500)).build())
                .hasMessage("timeout is PT1.5S, and must be a whole number of seconds from 1 to 900");
        assertThatThrownBy(() ->
                        FunctionProps.builder().runtime(Runtime.NODEJS_22_X).build())
                .hasMessage("runtime is nodejs22.x, and must be a Java runtime, such as Runtime.JAVA_25");
        assertThatThrownBy(
                        () -> FunctionProps.builder().runtime(Runtime.JAVA_11).build())
                .hasMessage("runtime is java11, and must be Java 17 or newer, such as Runtime.JAVA_25");
        assertThatThrownBy(() ->
                        FunctionProps.builder().runtime(Runtime.JAVA_8_CORRETTO).build())
                .hasMessageStartingWith("runtime is java8.al2, and must be Java 17 or newer");
        assertThatThrownBy(() -> MappingProps.builder()
                        .startingTime(Instant.parse("2026-11-01T00:00:00.5Z"))
                        .build())
                .hasMessage("startingTime is 2026-11-01T00:00:00.500Z, and must be a whole second, as Lambda takes it");
        assertThatThrownBy(() -> MappingProps.builder()
                        .startingPosition(StartingPosition.LATEST)
                        .enhancedFanOut(true)
                        .build())
                .hasMessageStartingWith(
                        "enhancedFanOut goes with startingPosition TRIM_HORIZON alone, and not with LATEST");
        assertThatThrownBy(() -> FunctionProps.builder()
                        .environment("MILLRACE_STAGE", "x")
                        .build())
                .hasMessageContaining("environment variable MILLRACE_STAGE cannot be set");
        assertThatThrownBy(() -> MappingProps.builder().batchSize(0).build())
                .hasMessage("batchSize is 0, and must be 1 to 10000");
        assertThatThrownBy(() -> MappingProps.builder()
                        .batchingWindow(Duration.ofMinutes(6))
                        .build())
                .hasMessage("batchingWindow is PT6M, and must be a whole number of seconds from 0 to 300");
        assertThatThrownBy(() -> MappingProps.builder()
                        .startingPosition(StartingPosition.AT_TIMESTAMP)
                        .build())
                .hasMessageContaining("set startingTime with AT_TIMESTAMP, and only then");
        assertThatThrownBy(() -> AlarmProps.builder().percentOfRetention(101).build())
                .hasMessage("percentOfRetention is 101, and must be 1 to 95");
        assertThatThrownBy(
                        () -> AlarmProps.builder().watermarkLag(Duration.ZERO).build())
                .hasMessageStartingWith("watermarkLag is PT0S");
        assertThatThrownBy(() -> orders().retention(Duration.ofHours(23)).build())
                .hasMessage("retention is PT23H, and must be a whole number of hours from 24 to 8760");
        assertThatThrownBy(() ->
                        orders().deadLetterRetention(Duration.ofMinutes(1441)).build())
                .hasMessageStartingWith("deadLetterRetention is PT24H1M, and must be a whole number of hours");
        assertThatThrownBy(() -> orders().internalStreamShards(0).build())
                .hasMessage("internalStreamShards is 0, and must be 1 to 200");
        assertThatThrownBy(() -> orders().tickInterval(Duration.ofSeconds(90)).build())
                .hasMessage("tickInterval is PT1M30S, and must be a whole number of minutes from 1 to 1440");
        assertThatThrownBy(() -> orders().idleTimeout(Duration.ofSeconds(-1)).build())
                .hasMessageStartingWith("idleTimeout is PT-1S");
    }
}

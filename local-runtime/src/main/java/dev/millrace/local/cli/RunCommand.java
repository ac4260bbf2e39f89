package dev.millrace.local.cli;

import dev.millrace.ExampleRecord;
import dev.millrace.PipelineException;
import dev.millrace.local.endpoint.LocalEndpointException;
import dev.millrace.local.endpoint.LocalEndpointOptions;
import dev.millrace.local.kinesis.EmbeddedKinesis;
import dev.millrace.local.runner.OtherSourceException;
import dev.millrace.local.runner.PipelineInput;
import dev.millrace.local.runner.RunnerSettings;
import dev.millrace.local.runner.RunningPipeline;
import dev.millrace.local.source.SourceSettings;
import dev.millrace.local.source.SourceSpec;
import dev.millrace.local.source.StreamReadException;
import dev.millrace.plan.Plan;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.core.exception.SdkException;

/** {@code millrace run}: a pipeline record at a time, until its source ends or it is interrupted. */
@Command(
        name = "run",
        description = {
            "Runs a pipeline record at a time in this process, exactly once: records are applied as they come, and results"
                    + " leave when they are committed. State and results are at a local endpoint, as with 'dev'.",
            "When it accepts work it prints a line that begins with 'millrace ready'. A source that ends closes all windows;"
                    + " SIGTERM and Ctrl-C commit what was applied.",
            "Memory is bounded by the state, and for each shard of the source by the records of one commit: 10,000, or 16 MB."
        })
final class RunCommand implements Callable<Integer> {
    private static final long LOOK_MILLIS = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    private final Surroundings surroundings;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(
            index = "0",
            paramLabel = "PIPELINE",
            description = "A sample's name, or a class on --classpath that defines a pipeline.")
    private String pipeline = "";

    @Option(names = "--classpath", paramLabel = "PATH", description = "Jars and folders with your pipeline.")
    private @Nullable String classPath;

    @Option(
            names = "--source",
            paramLabel = "SOURCE",
            defaultValue = "embedded",
            description = {
                "What it reads: 'embedded', the pipeline's stream at the local endpoint;",
                "file:PATH, a file with a record on each line;",
                "rate:N[,count=M][,template=TEXT], N records a second, M in all.",
                "${DEFAULT-VALUE} by default."
            })
    private String source = "";

    @Option(
            names = "--partition-key-field",
            paramLabel = "NAME",
            description = "The property of a line's JSON object that is the record's partition key, as for 'put'.")
    private @Nullable String partitionKeyField;

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "" + LocalEndpointOptions.DEFAULT_PORT,
            description = "The endpoint's port on 127.0.0.1; 0 picks a free one. ${DEFAULT-VALUE} by default.")
    private int port;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Where everything is kept, so that it survives. In memory by default.")
    private @Nullable Path dataDirectory;

    @Option(
            names = "--shards",
            paramLabel = "N",
            defaultValue = "2",
            description =
                    "How many shards the source is dealt to, and how many partitions later stages have, if their streams do not"
                            + " exist. ${DEFAULT-VALUE} by default.")
    private int shards;

    @Option(
            names = "--workers",
            paramLabel = "N",
            defaultValue = "2",
            description = "Threads for each stage behind a keyBy, at most one for each of its partitions."
                    + " ${DEFAULT-VALUE} by default.")
    private int workers;

    @Option(
            names = "--commit-interval",
            paramLabel = "TIME",
            defaultValue = "50ms",
            converter = DurationConverter.class,
            description =
                    "How long records are applied before they are committed, up to 1m. ${DEFAULT-VALUE} by default.")
    private Duration commitInterval = Duration.ZERO;

    @Option(
            names = "--tick-interval",
            paramLabel = "TIME",
            defaultValue = "1s",
            converter = DurationConverter.class,
            description = "How often to look whether windows on idle shards close. ${DEFAULT-VALUE} by default.")
    private Duration tickInterval = Duration.ZERO;

    @Option(
            names = "--idle-timeout",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = DurationConverter.class,
            description =
                    "How long after its last record a shard is idle, so that its event time goes on with the clock."
                            + " ${DEFAULT-VALUE} by default.")
    private Duration idleTimeout = Duration.ZERO;

    @Option(
            names = "--print-results",
            description =
                    "When the source has ended, print the rows of the pipeline's tables, a JSON object on each line.")
    private boolean printResults;

    RunCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        CommandSpec command = spec;
        if (command == null) {
            throw new IllegalStateException("not run by picocli");
        }
        RunnerSettings settings = settings(command);
        SourceSpec from = source(command);
        PipelineFinder.Found found = PipelineFinder.on(classPath).find(pipeline);
        RunningPipeline running = start(found, from, settings);
        AutoCloseable onSignal = surroundings.onSignal().apply(() -> running.stop(PATIENCE));
        try {
            runToEnd(running, from, command.commandLine().getOut());
            return ExitCode.OK;
        } finally {
            onSignal.close();
            running.close();
        }
    }

    private void runToEnd(RunningPipeline running, SourceSpec from, PrintWriter out) throws InterruptedException {
        out.println("millrace ready endpoint=" + running.endpoint() + " pipeline="
                + running.plan().pipeline().name() + " source=" + from);
        out.flush();
        while (!running.runner().awaitEnd(LOOK_MILLIS)) {
            running.runner().unreadable().ifPresent(why -> {
                throw new CommandFailure(why);
            });
            Optional<String> heldUp = running.runner().heldUp();
            if (from.isBounded() && heldUp.isPresent()) {
                throw new CommandFailure(heldUp.get()
                        + ". The pipeline's policy is to fail: mend the record or the code, or choose another with"
                        + " onError(...).");
            }
        }
        if (printResults) {
            Rows.print(running.plan(), running.clients(), out);
        } else {
            out.println("All that the source had is processed, and all windows are closed.");
        }
        out.flush();
    }

    private RunningPipeline start(PipelineFinder.Found found, SourceSpec from, RunnerSettings settings) {
        SourceSettings sourceSettings = new SourceSettings(
                shards,
                partitionKeyField,
                found.example().map(ExampleRecord::data).orElse(null),
                surroundings.in(),
                settings.clock());
        LocalEndpointOptions options =
                LocalEndpointOptions.defaults().withPort(port).withDataDirectory(dataDirectory);
        try {
            Plan plan = Plan.of(found.pipeline());
            PipelineInput input = PipelineInput.of(from, plan, sourceSettings);
            return RunningPipeline.start(plan, input, shards, options, settings);
        } catch (PipelineException
                | LocalEndpointException
                | SdkException
                | StreamReadException
                | OtherSourceException
                | IllegalArgumentException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        } catch (UncheckedIOException e) {
            throw new CommandFailure(
                    "the data directory " + dataDirectory + " cannot be used: " + e.getCause() + ".", e);
        }
    }

    private SourceSpec source(CommandSpec command) {
        SourceSpec parsed;
        try {
            parsed = SourceSpec.parse(source);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
        if (!parsed.isReplayable()) {
            throw new ParameterException(
                    command.commandLine(),
                    "'" + parsed
                            + "' cannot be read again after a crash, so its records cannot be processed exactly once,"
                            + " which is the only guarantee that 'run' has: put them into a stream with 'millrace put', and"
                            + " read that");
        }
        return parsed;
    }

    private RunnerSettings settings(CommandSpec command) {
        try {
            if (shards < 1 || shards > EmbeddedKinesis.SHARD_LIMIT) {
                throw new IllegalArgumentException(
                        "--shards is " + shards + ", and must be 1 to " + EmbeddedKinesis.SHARD_LIMIT);
            }
            return new RunnerSettings(commitInterval, workers, tickInterval, idleTimeout, Clock.systemUTC());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }
}

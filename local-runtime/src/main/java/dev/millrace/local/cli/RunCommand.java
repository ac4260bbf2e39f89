package dev.millrace.local.cli;

import dev.millrace.ExampleRecord;
import dev.millrace.PipelineException;
import dev.millrace.local.endpoint.LocalEndpointException;
import dev.millrace.local.endpoint.LocalEndpointOptions;
import dev.millrace.local.runner.OtherSourceException;
import dev.millrace.local.runner.RunnerSettings;
import dev.millrace.local.runner.RunningPipeline;
import dev.millrace.local.source.SourceSettings;
import dev.millrace.local.source.SourceSpec;
import dev.millrace.local.source.StreamReadException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
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

    @Mixin
    private LocalOptions local = new LocalOptions();

    @Mixin
    private RunnerOptions runner = new RunnerOptions();

    @Option(
            names = "--source",
            paramLabel = "SOURCE",
            defaultValue = "embedded",
            description = {
                "What it reads: 'embedded', the pipeline's stream at the local endpoint;",
                "file:PATH, a file with a record on each line;",
                "rate:N[,count=M][,start=TIME][,template=TEXT], N records a second, M in all.",
                "${DEFAULT-VALUE} by default."
            })
    private String source = "";

    @Option(
            names = "--partition-key-field",
            paramLabel = "NAME",
            description = "The property of a line's JSON object that is the record's partition key, as for 'put'.")
    private @Nullable String partitionKeyField;

    @Option(
            names = "--print-results",
            description =
                    "When the source has ended, print the rows of the pipeline's tables, a JSON object on each line.")
    private boolean printResults;

    private record Options(LocalEndpointOptions endpoint, int shards, RunnerSettings runner) {}

    RunCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        CommandSpec command = spec;
        if (command == null) {
            throw new IllegalStateException("not run by picocli");
        }
        Options options = options(command);
        SourceSpec from = source(command);
        PipelineFinder.Found found = PipelineFinder.on(local.classPath()).find(pipeline);
        RunningPipeline running = start(found, from, options);
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
            Optional<String> heldUp = running.runner().heldUp();
            if (from.isBounded() && heldUp.isPresent()) {
                throw new CommandFailure(heldUp.get());
            }
        }
        if (printResults) {
            Rows.print(running.plan(), running.clients(), out);
        } else {
            out.println("All that the source had is processed, and all windows are closed.");
        }
        out.flush();
    }

    private RunningPipeline start(PipelineFinder.Found found, SourceSpec from, Options options) {
        SourceSettings sourceSettings = new SourceSettings(
                options.shards(),
                partitionKeyField,
                found.example().map(ExampleRecord::data).orElse(null),
                surroundings.in(),
                options.runner().clock());
        try {
            return RunningPipeline.start(found.pipeline(), from, sourceSettings, options.endpoint(), options.runner());
        } catch (PipelineException
                | LocalEndpointException
                | SdkException
                | StreamReadException
                | OtherSourceException
                | IllegalArgumentException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        } catch (UncheckedIOException e) {
            throw local.unusableDataDirectory(e);
        }
    }

    private SourceSpec source(CommandSpec command) {
        SourceSpec parsed;
        try {
            parsed = SourceSpec.parse(source);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
        if (parsed instanceof SourceSpec.Kinesis) {
            throw new ParameterException(
                    command.commandLine(),
                    "'" + parsed
                            + "' is a stream at AWS, and 'run' has its streams at its own endpoint: put records there,"
                            + " and read 'embedded'");
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

    private Options options(CommandSpec command) {
        try {
            return new Options(local.endpoint(), local.shards(), runner.settings(local));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }
}

package dev.millrace.local.cli;

import dev.millrace.ExampleRecord;
import dev.millrace.PipelineException;
import dev.millrace.local.dev.DevOptions;
import dev.millrace.local.dev.DevRuntime;
import dev.millrace.local.endpoint.LocalEndpointException;
import dev.millrace.local.mapping.MappingSettings;
import dev.millrace.local.packaged.FunctionLimits;
import dev.millrace.local.packaged.PackagedCode;
import dev.millrace.local.packaged.PackagedFunctionException;
import dev.millrace.local.packaged.PackagedJar;
import dev.millrace.local.runner.OtherSourceException;
import dev.millrace.local.runner.RunnerSettings;
import dev.millrace.local.view.LiveView;
import dev.millrace.plan.Plan;
import dev.millrace.plan.ResultTable;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.core.exception.SdkException;

/** {@code millrace dev}: a pipeline on the local endpoint, until it is interrupted. */
@Command(
        name = "dev",
        description = {
            "Starts the local AWS endpoint (Kinesis and DynamoDB) and runs a pipeline on it, as Lambda would, or record at a"
                    + " time.",
            "When it accepts work it prints a line that begins with 'millrace ready'."
        })
final class DevCommand implements Callable<Integer> {
    private static final String DEFAULT_PIPELINE = "clickstream";
    private static final String BATCH_SIZE = "--batch-size";
    private static final String BATCHING_WINDOW = "--batching-window";
    private static final String PACKAGED = "--packaged";

    private final Surroundings surroundings;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "PIPELINE",
            description = "A sample's name, or a class on --classpath that defines a pipeline; clickstream by default."
                    + " With --packaged, a pipeline of that jar; not needed if it lists just one.")
    private @Nullable String pipeline;

    @Mixin
    private LocalOptions local = new LocalOptions();

    @Mixin
    private RunnerOptions runner = new RunnerOptions();

    @Mixin
    private PageOptions page = new PageOptions();

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            defaultValue = "micro-batch",
            converter = Mode.Converter.class,
            description = {
                "How records are processed: micro-batch, exactly once, by the Lambda handler, in batches as an"
                        + " event source mapping delivers them;",
                "record-at-a-time, as 'run' does, with --commit-interval, --workers and --guarantee instead of options for batches.",
                "A data directory may be used in one mode after the other. ${DEFAULT-VALUE} by default."
            })
    private Mode mode = Mode.MICRO_BATCH;

    @Option(
            names = BATCH_SIZE,
            paramLabel = "N",
            defaultValue = "100",
            description = "How many records a batch has at most, 1 to 10,000. ${DEFAULT-VALUE} by default.")
    private int batchSize;

    @Option(
            names = BATCHING_WINDOW,
            paramLabel = "TIME",
            defaultValue = "200ms",
            converter = DurationConverter.class,
            description = "How long to gather records for a batch, up to 300s. ${DEFAULT-VALUE} by default.")
    private Duration batchingWindow = Duration.ZERO;

    @Option(
            names = PACKAGED,
            paramLabel = "JAR",
            description =
                    "Run the jar that would be deployed, as Lambda does: in processes of its own, started by AWS's"
                            + " runtime interface client. Linux only.")
    private @Nullable Path packaged;

    @Option(
            names = "--memory",
            paramLabel = "MB",
            description =
                    "With --packaged: each function's memory, 128 to 10,240 MB; 85%% of it is heap. 512 by default.")
    private @Nullable Integer memory;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "With --packaged: how long an invocation may take, 1s to 900s. 60s by default.")
    private @Nullable Duration timeout;

    DevCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InterruptedException {
        CommandSpec command = spec;
        if (command == null) {
            throw new IllegalStateException("not run by picocli");
        }
        requireOptionsOfMode(command);
        DevOptions options = options(command);
        FunctionLimits limits = limits(command);
        RunnerSettings settings = runnerSettings(command);
        @Nullable PackagedJar jar;
        PipelineFinder.Found found;
        PageOptions.Page shown;
        try {
            jar = packaged == null ? null : PackagedJar.open(packaged);
            found = jar == null
                    ? PipelineFinder.on(local.classPath()).find(pipeline == null ? DEFAULT_PIPELINE : pipeline)
                    : PipelineFinder.in(jar, pipeline);
            Plan plan = Plan.of(found.pipeline());
            LiveView.About about =
                    new LiveView.About(mode.toString(), "stream " + plan.sourceStream(), packaged == null);
            shown = page.open(command, plan, about, options.endpoint());
        } catch (PackagedFunctionException e) {
            throw new CommandFailure(e.getMessage() + ".", e);
        } catch (PipelineException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
        try (shown) {
            DevRuntime runtime = start(
                    found,
                    jar == null ? null : PackagedCode.of(jar, found.className(), limits),
                    options.withObserver(shown.observer()),
                    settings.withObserver(shown.observer()),
                    command.commandLine().getErr());
            PrintWriter out = command.commandLine().getOut();
            out.println(runtime.readyLine() + shown.ready());
            printExamples(out, runtime, found.example());
            out.flush();
            waitForEnd(runtime);
            return 0;
        }
    }

    /** @param code of functions in processes of their own; null for those in this one */
    private DevRuntime start(
            PipelineFinder.Found found,
            @Nullable PackagedCode code,
            DevOptions options,
            RunnerSettings settings,
            PrintWriter err) {
        try {
            if (code != null) {
                return DevRuntime.startPackaged(found.pipeline(), code, options, err::println);
            }
            return mode == Mode.MICRO_BATCH
                    ? DevRuntime.start(found.pipeline(), options)
                    : DevRuntime.startRecordAtATime(found.pipeline(), options.endpoint(), options.shards(), settings);
        } catch (PackagedFunctionException e) {
            throw new CommandFailure(e.getMessage() + ".", e);
        } catch (PipelineException | LocalEndpointException | OtherSourceException | SdkException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        } catch (UncheckedIOException e) {
            throw local.unusableDataDirectory(e);
        }
    }

    /** An option that the mode has no use for is a mistake of who gives it: what it says would not be so. */
    private void requireOptionsOfMode(CommandSpec command) {
        List<String> others =
                mode == Mode.MICRO_BATCH ? RunnerOptions.NAMES : List.of(BATCH_SIZE, BATCHING_WINDOW, PACKAGED);
        for (String other : others) {
            if (command.commandLine().getParseResult().hasMatchedOption(other)) {
                throw new ParameterException(
                        command.commandLine(),
                        mode == Mode.MICRO_BATCH
                                ? other + " is for another mode: it needs --mode record-at-a-time"
                                : other
                                        + " is for batches, and --mode record-at-a-time has none: leave one of them out");
            }
        }
    }

    private DevOptions options(CommandSpec command) {
        try {
            return DevOptions.defaults()
                    .withEndpoint(local.endpoint())
                    .withShards(local.shards())
                    .withMapping(MappingSettings.defaults()
                            .withBatchSize(batchSize)
                            .withBatchingWindow(batchingWindow)
                            .withTickInterval(local.tickInterval()))
                    .withIdleTimeout(local.idleTimeout());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    private RunnerSettings runnerSettings(CommandSpec command) {
        try {
            return runner.settings(local);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    private FunctionLimits limits(CommandSpec command) {
        if (packaged == null && (memory != null || timeout != null)) {
            throw new ParameterException(
                    command.commandLine(),
                    (memory != null ? "--memory" : "--timeout") + " is for functions in processes of their own:"
                            + " it needs --packaged");
        }
        if (packaged != null && local.classPath() != null) {
            throw new ParameterException(
                    command.commandLine(),
                    "--classpath and --packaged exclude each other: a packaged jar has all in it");
        }
        FunctionLimits defaults = FunctionLimits.defaults();
        try {
            return new FunctionLimits(
                    memory == null ? defaults.memoryMegabytes() : memory,
                    timeout == null ? defaults.timeout() : timeout);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    private static void printExamples(PrintWriter out, DevRuntime runtime, Optional<ExampleRecord> example) {
        ExampleRecord record = example.orElse(new ExampleRecord("some-key", "some data"));
        out.println();
        out.println("Try it, in another terminal:");
        out.println();
        out.println("  export AWS_ENDPOINT_URL=" + runtime.endpoint()
                + " AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_DEFAULT_REGION=us-east-1");
        out.println("  echo '" + record.data() + "' |");
        out.println(
                "      aws kinesis put-record --stream-name " + runtime.plan().sourceStream() + " --partition-key "
                        + record.partitionKey() + " --data fileb:///dev/stdin");
        runtime.plan()
                .mainTable()
                .map(ResultTable::name)
                .ifPresent(table -> out.println("  aws dynamodb scan --table-name " + table));
        out.println();
        out.println("Ctrl-C ends it.");
    }

    /** Until the process is told to end; then everything is closed before it does. */
    private void waitForEnd(DevRuntime runtime) throws InterruptedException {
        CountDownLatch closed = new CountDownLatch(1);
        surroundings.atEnd().accept(() -> {
            runtime.close();
            closed.countDown();
        });
        closed.await();
    }
}

package dev.millrace.local.cli;

import dev.millrace.ExampleRecord;
import dev.millrace.PipelineException;
import dev.millrace.local.aws.AwsAddress;
import dev.millrace.local.aws.AwsClients;
import dev.millrace.local.aws.PipelineResources;
import dev.millrace.local.endpoint.LocalEndpointException;
import dev.millrace.local.endpoint.LocalEndpointOptions;
import dev.millrace.local.kcl.SharedSettings;
import dev.millrace.local.runner.Guarantee;
import dev.millrace.local.runner.OtherSourceException;
import dev.millrace.local.runner.PipelineInput;
import dev.millrace.local.runner.RunnerSettings;
import dev.millrace.local.runner.RunningPipeline;
import dev.millrace.local.source.SourceSettings;
import dev.millrace.local.source.SourceSpec;
import dev.millrace.local.source.StreamReadException;
import dev.millrace.local.view.LiveView;
import dev.millrace.local.view.PipelineObserver;
import dev.millrace.plan.Plan;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
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
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.core.exception.SdkException;

/** {@code millrace run}: a pipeline record at a time, until its source ends or it is interrupted. */
@Command(
        name = "run",
        description = {
            "Runs a pipeline record at a time in this process: records are applied as they come, and results leave when they"
                    + " are committed, or at once (--guarantee). State and results are at a local endpoint, as with 'dev'.",
            "When it accepts work it prints a line that begins with 'millrace ready'. A source that ends closes all windows;"
                    + " SIGTERM and Ctrl-C commit what was applied.",
            "Memory is bounded by the state, and for each shard of the source by the records of one commit: 10,000, or 16 MB."
                    + " At least once, by the state, and by 64 messages that wait for each partition of a stage behind a keyBy,"
                    + " each of at most 50,000 records' aggregated values: a sink or stage that is slow slows down the source."
                    + " With --workers-from kcl, by the state, and by five reads of up to 10 MB for each shard of any stage."
        })
final class RunCommand implements Callable<Integer> {
    private static final String AWS = "aws";
    private static final List<String> OF_OTHER_ENDPOINT = List.of("--endpoint", "--create", "--consumer");
    private static final List<String> OF_OWN_ENDPOINT = List.of("--port", "--data-dir");
    private static final List<String> OF_LINES = List.of("--partition-key-field");
    private static final List<String> OF_ENDS = List.of("--print-results");
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

    @Mixin
    private SharedOptions shared = new SharedOptions();

    @Mixin
    private PageOptions page = new PageOptions();

    @Option(
            names = "--source",
            paramLabel = "SOURCE",
            defaultValue = "embedded",
            description = {
                "What it reads: 'embedded', the pipeline's stream at the local endpoint;",
                "file:PATH, a file with a record on each line;",
                "tcp:HOST:PORT, the lines that a socket sends, and stdin or -, those of standard input: they cannot be read"
                        + " again, so not with exactly-once, and what was read and not committed is lost in a crash;",
                "rate:N[,count=M][,start=TIME][,template=TEXT], N records a second, M in all;",
                "kinesis:STREAM, a stream at --endpoint, where state and results are then, too.",
                "${DEFAULT-VALUE} by default."
            })
    private String source = "";

    @Option(
            names = "--endpoint",
            paramLabel = "URL",
            description =
                    "With kinesis:STREAM: where streams and tables are, or 'aws' for AWS itself; AWS_ENDPOINT_URL by"
                            + " default, or else http://127.0.0.1:4566.")
    private @Nullable String endpoint;

    @Option(
            names = "--consumer",
            paramLabel = "NAME",
            description =
                    "With kinesis:STREAM: have records pushed, by enhanced fan-out to a consumer of this name, which is"
                            + " registered if need be, and which nobody else may use. AWS charges for consumers.")
    private @Nullable String consumer;

    @Option(
            names = "--create",
            description =
                    "With kinesis:STREAM: make those of the pipeline's streams and tables that do not exist there.")
    private boolean create;

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

    private record Options(LocalEndpointOptions endpoint, int shards, RunnerSettings runner, SharedSettings shared) {
        Options withObserver(PipelineObserver observer) {
            return new Options(endpoint, shards, runner.withObserver(observer), shared);
        }
    }

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
        if (shared.isShared() && from instanceof SourceSpec.Kinesis kinesis) {
            return runShared(found, kinesis, options, command.commandLine().getOut());
        }
        LiveView.About about = new LiveView.About(Mode.RECORD_AT_A_TIME.toString(), from.toString(), true);
        try (PageOptions.Page shown = page.open(command, plan(found), about, options.endpoint())) {
            RunningPipeline running = start(found, from, options.withObserver(shown.observer()));
            AutoCloseable onSignal = surroundings.onSignal().apply(() -> running.stop(PATIENCE));
            try {
                PrintWriter out = command.commandLine().getOut();
                // The source last: what it says may have spaces in it.
                out.println("millrace ready endpoint=" + running.endpoint() + " pipeline="
                        + running.plan().pipeline().name() + shown.ready() + " source=" + from);
                out.flush();
                runToEnd(running, from, out);
                return ExitCode.OK;
            } finally {
                onSignal.close();
                running.close();
            }
        }
    }

    private static Plan plan(PipelineFinder.Found found) {
        try {
            return Plan.of(found.pipeline());
        } catch (PipelineException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
    }

    private void runToEnd(RunningPipeline running, SourceSpec from, PrintWriter out) throws InterruptedException {
        while (!running.runner().awaitEnd(LOOK_MILLIS)) {
            running.runner().unreadable().ifPresent(why -> {
                throw new CommandFailure(why);
            });
            Optional<String> heldUp = running.runner().heldUp();
            // At least once, each attempt counts again what comes before it.
            boolean isNoUse = from.isBounded() || runner.guarantee() == Guarantee.AT_LEAST_ONCE;
            if (isNoUse && heldUp.isPresent()) {
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
        return from instanceof SourceSpec.Kinesis kinesis
                ? startThere(found, kinesis, options)
                : startHere(found, from, options);
    }

    private RunningPipeline startThere(PipelineFinder.Found found, SourceSpec.Kinesis kinesis, Options options) {
        return there(
                found,
                kinesis,
                options,
                (address, plan) -> RunningPipeline.at(address, plan, consumer, options.runner()));
    }

    private Integer runShared(PipelineFinder.Found found, SourceSpec.Kinesis kinesis, Options options, PrintWriter out)
            throws Exception {
        there(found, kinesis, options, (address, plan) -> SharedRun.start(address, plan, options.shared()))
                .awaitEnd(PATIENCE, surroundings, out);
        return ExitCode.OK;
    }

    private interface Start<R> {
        R at(AwsAddress address, Plan plan);
    }

    /** Starts something where streams and tables are, once those are seen to be there. */
    private <R> R there(PipelineFinder.Found found, SourceSpec.Kinesis kinesis, Options options, Start<R> start) {
        boolean isAws = AWS.equals(endpoint);
        KinesisEndpoint at = KinesisEndpoint.of(isAws ? null : endpoint, surroundings.environment());
        AwsAddress address = isAws ? AwsAddress.aws() : at.address();
        try {
            Plan plan = Plan.of(found.pipeline());
            if (!kinesis.stream().equals(plan.sourceStream())) {
                throw new CommandFailure("the pipeline reads stream '" + plan.sourceStream()
                        + "', and its state has positions in that, which say nothing of stream '" + kinesis.stream()
                        + "': run it with --source kinesis:" + plan.sourceStream() + ", or replay the other stream.");
            }
            requireResources(address, plan, options.shards());
            return start.at(address, plan);
        } catch (PipelineException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        } catch (SdkException | StreamReadException e) {
            throw isAws ? new CommandFailure(e.getMessage() + " (AWS).", e) : at.failure(e);
        }
    }

    private void requireResources(AwsAddress address, Plan plan, int shards) {
        try (AwsClients clients = address.clients()) {
            if (create) {
                var unused = PipelineResources.create(clients, plan, shards);
            }
            List<String> missing = PipelineResources.missing(clients, plan);
            if (!missing.isEmpty()) {
                throw new CommandFailure("there is no " + String.join(", and no ", missing) + " at " + address
                        + ": deploy the pipeline there, or have them made with --create.");
            }
        }
    }

    private RunningPipeline startHere(PipelineFinder.Found found, SourceSpec from, Options options) {
        SourceSettings sourceSettings = new SourceSettings(
                options.shards(),
                partitionKeyField,
                found.example().map(ExampleRecord::data).orElse(null),
                surroundings.in(),
                options.runner().clock());
        try {
            Plan plan = Plan.of(found.pipeline());
            PipelineInput input = PipelineInput.of(from, plan, sourceSettings);
            return RunningPipeline.start(plan, input, options.shards(), options.endpoint(), options.runner());
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
        boolean isThere = parsed instanceof SourceSpec.Kinesis;
        refuse(command, isThere ? OF_OWN_ENDPOINT : OF_OTHER_ENDPOINT, "does not go with --source " + parsed);
        if (!(parsed instanceof SourceSpec.Openable)) {
            refuse(command, OF_LINES, "does not go with --source " + parsed + ", whose records have partition keys");
        }
        if (!parsed.isBounded()) {
            refuse(command, OF_ENDS, "does not go with --source " + parsed + ", which has no end");
        }
        shared.problem(command.commandLine().getParseResult(), parsed, runner.guarantee())
                .ifPresent(why -> {
                    throw new ParameterException(command.commandLine(), why);
                });
        if (!parsed.isReplayable() && runner.guarantee() == Guarantee.EXACTLY_ONCE) {
            throw new ParameterException(
                    command.commandLine(),
                    "'" + parsed
                            + "' cannot be read again after a crash, so its records cannot be processed exactly once: choose"
                            + " --guarantee at-most-once or at-least-once, or put them into a stream with 'millrace put', and"
                            + " read that");
        }
        return parsed;
    }

    /** An option that would do nothing is wrong usage. */
    private static void refuse(CommandSpec command, List<String> options, String why) {
        ParseResult given = command.commandLine().getParseResult();
        options.stream().filter(given::hasMatchedOption).findFirst().ifPresent(option -> {
            throw new ParameterException(command.commandLine(), option + " " + why);
        });
    }

    private Options options(CommandSpec command) {
        try {
            return new Options(
                    local.endpoint(), local.shards(), runner.settings(local), shared.settings(local, consumer));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }
}

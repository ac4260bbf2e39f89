package dev.millrace.local.cli;

import dev.millrace.PipelineException;
import dev.millrace.local.aws.AwsAddress;
import dev.millrace.local.endpoint.LocalEndpointException;
import dev.millrace.local.endpoint.LocalEndpointOptions;
import dev.millrace.local.kinesis.EmbeddedKinesis;
import dev.millrace.local.runner.OtherSourceException;
import dev.millrace.local.runner.PipelineInput;
import dev.millrace.local.runner.RunnerProgress;
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
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
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

/** {@code millrace replay}: a pipeline over a file, or over what a stream has, from its beginning to its end. */
@Command(
        name = "replay",
        description = {
            "Runs a pipeline over bounded history, as fast as it goes: a file, or what arrived in a stream until now. At the end all"
                    + " windows close. State and results are at a local endpoint of its own, not where the stream is,"
                    + " unless --tables-at says otherwise.",
            "Interrupted, it goes on from its last commit when it is run again with the same --data-dir, --since and --until."
        })
final class ReplayCommand implements Callable<Integer> {
    private static final long LOOK_MILLIS = 100;
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
            names = "--from",
            required = true,
            paramLabel = "SOURCE",
            description = "What to read: a file with a record on each line, or kinesis:STREAM at --endpoint.")
    private String from = "";

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Of a stream: leave out what arrived before, such as 2026-11-20T10:00:00Z.")
    private @Nullable String since;

    @Option(
            names = "--until",
            paramLabel = "TIME",
            description = "Of a stream: leave out what arrived then or later. Now by default.")
    private @Nullable String until;

    @Option(
            names = "--endpoint",
            paramLabel = "URL",
            description = "Where the stream is: AWS_ENDPOINT_URL, or else http://127.0.0.1:4566.")
    private @Nullable String endpoint;

    @Option(
            names = "--partition-key-field",
            paramLabel = "NAME",
            description = "The property of a line's JSON object that is the record's partition key, as for 'put'.")
    private @Nullable String partitionKeyField;

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "0",
            description = "The local endpoint's port on 127.0.0.1; 0, the default, picks a free one.")
    private int port;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Where state and results are kept, so that 'dev' can serve them. In memory by default.")
    private @Nullable Path dataDirectory;

    @Option(
            names = "--shards",
            paramLabel = "N",
            defaultValue = "2",
            description = "How many shards a file is dealt to, and how many partitions later stages have."
                    + " ${DEFAULT-VALUE} by default.")
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
            defaultValue = "500ms",
            converter = DurationConverter.class,
            description =
                    "How long records are applied before they are committed, up to 1m. ${DEFAULT-VALUE} by default.")
    private Duration commitInterval = Duration.ZERO;

    @Option(
            names = "--print-results",
            description = "At the end, print the rows of the pipeline's tables, a JSON object on each line.")
    private boolean printResults;

    @Mixin
    private BackfillOptions backfill = new BackfillOptions();

    ReplayCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        CommandSpec command = spec;
        if (command == null) {
            throw new IllegalStateException("not run by picocli");
        }
        Plan plan = plan(command);
        ReplayHistory history = history(command, plan);
        RunningPipeline running = start(command, plan, history.input());
        AutoCloseable onSignal = surroundings.onSignal().apply(() -> running.stop(PATIENCE));
        try {
            awaitEnd(running, history);
            PrintWriter out = command.commandLine().getOut();
            if (printResults) {
                Rows.print(plan, running.clients(), out);
            }
            out.flush();
            return ExitCode.OK;
        } finally {
            onSignal.close();
            running.close();
        }
    }

    private Plan plan(CommandSpec command) {
        if (printResults && backfill.isGiven()) {
            throw new ParameterException(
                    command.commandLine(),
                    "--print-results does not go with --tables-at: rows of others are there, too");
        }
        Plan plan = TopologyCommand.plan(pipeline, classPath);
        try {
            Instant now = Clock.systemUTC().instant();
            Instant end = until == null ? now : Instant.parse(until);
            return backfill.plan(plan, end.isBefore(now) ? end : now);
        } catch (DateTimeParseException e) {
            throw noTime(command, e);
        } catch (PipelineException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private static ParameterException noTime(CommandSpec command, DateTimeParseException e) {
        return new ParameterException(
                command.commandLine(), "'" + e.getParsedString() + "' is no time: write it as 2026-11-20T10:00:00Z", e);
    }

    private ReplayHistory history(CommandSpec command, Plan plan) {
        SourceSettings settings =
                new SourceSettings(shards, partitionKeyField, null, surroundings.in(), Clock.systemUTC());
        try {
            SourceSpec parsed = SourceSpec.parse(from);
            if (parsed instanceof SourceSpec.Kinesis kinesis) {
                KinesisEndpoint at = KinesisEndpoint.of(endpoint, surroundings.environment());
                return ReplayHistory.ofStream(at, kinesis.stream(), time(since), time(until), settings);
            }
            if (!parsed.toString().startsWith("file:")) {
                throw new IllegalArgumentException("'" + from + "' has no history: replay a file, or kinesis:STREAM");
            }
            if (since != null || until != null) {
                throw new IllegalArgumentException(
                        "--since and --until are times of arrival, which the lines of a file do not have: cut the file");
            }
            return opened(() -> ReplayHistory.ofFile(parsed, plan, settings));
        } catch (DateTimeParseException e) {
            throw noTime(command, e);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private static @Nullable Instant time(@Nullable String text) {
        return text == null ? null : Instant.parse(text);
    }

    private RunningPipeline start(CommandSpec command, Plan plan, PipelineInput input) {
        RunnerSettings settings;
        try {
            if (shards < 1 || shards > EmbeddedKinesis.SHARD_LIMIT) {
                throw new IllegalArgumentException(
                        "--shards is " + shards + ", and must be 1 to " + EmbeddedKinesis.SHARD_LIMIT);
            }
            settings =
                    RunnerSettings.defaults().withCommitInterval(commitInterval).withWorkers(workers);
        } catch (IllegalArgumentException e) {
            input.close();
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
        LocalEndpointOptions options =
                LocalEndpointOptions.defaults().withPort(port).withDataDirectory(dataDirectory);
        AwsAddress tables;
        try {
            tables = backfill.tables(plan, surroundings.environment());
        } catch (CommandFailure e) {
            input.close();
            throw e;
        }
        PipelineInput identified =
                new PipelineInput(input.identity() + backfill.identity(), input.stream(), input.closing());
        return opened(() -> RunningPipeline.start(plan, identified, shards, options, settings, tables));
    }

    private <T> T opened(Callable<T> opening) {
        try {
            return opening.call();
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
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitEnd(RunningPipeline running, ReplayHistory history) throws InterruptedException {
        long startNanos = surroundings.nanoTime().getAsLong();
        try (ReplayProgress bar = ReplayProgress.of(surroundings.isTerminal(), from, history.unit(), history.total())) {
            boolean hasEnded = false;
            while (!hasEnded) {
                hasEnded = running.runner().awaitEnd(LOOK_MILLIS);
                RunnerProgress progress = running.runner().progress();
                bar.at(hasEnded ? history.total() : history.done().of(progress), progress.records());
                running.runner().unreadable().ifPresent(why -> {
                    throw new CommandFailure(why);
                });
                running.runner().heldUp().ifPresent(record -> {
                    throw new CommandFailure(
                            record
                                    + ". The pipeline's policy is to fail: mend the code, or choose another with onError(...).");
                });
            }
        }
        double seconds = (surroundings.nanoTime().getAsLong() - startNanos) / (double) TimeUnit.SECONDS.toNanos(1);
        long records = running.runner().progress().records();
        CommandSpec command = spec;
        if (command != null) {
            PrintWriter err = command.commandLine().getErr();
            err.printf(
                    "Replayed %,d records in %.1f s, %,d a second; all windows are closed.%n",
                    records, seconds, Math.round(records / Math.max(0.001, seconds)));
            err.flush();
        }
    }
}

package dev.millrace.local.cli;

import dev.millrace.local.kcl.SharedSettings;
import dev.millrace.local.runner.Guarantee;
import dev.millrace.local.source.SourceSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** The options by which several processes share a pipeline. */
final class SharedOptions {
    private static final String FAILOVER_TIME = "--failover-time";
    private static final List<String> OF_ONE_PROCESS = List.of("--workers", "--commit-interval");

    @Option(
            names = "--workers-from",
            paramLabel = "WHAT",
            defaultValue = "threads",
            converter = WorkersFrom.Converter.class,
            description = {
                "'threads': this process reads all shards.",
                "'kcl': all processes that run the pipeline so share its shards, by leases of the Kinesis Client Library, and"
                        + " take over from one another; with kinesis:STREAM. Stages meet through their streams, as on Lambda;"
                        + " each read of a shard is committed by itself. For each stage there are three more tables, which"
                        + " are made if need be.",
                "${DEFAULT-VALUE} by default."
            })
    private WorkersFrom workersFrom = WorkersFrom.THREADS;

    @Option(
            names = FAILOVER_TIME,
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = DurationConverter.class,
            description =
                    "With --workers-from kcl: how long a process may not be heard of before others take its shards, 1s to 10m."
                            + " The same for all processes. ${DEFAULT-VALUE} by default.")
    private Duration failoverTime = Duration.ZERO;

    boolean isShared() {
        return workersFrom == WorkersFrom.KCL;
    }

    /** What does not go together, if anything. */
    Optional<String> problem(ParseResult given, SourceSpec source, Guarantee guarantee) {
        if (!isShared()) {
            return problem(given, List.of(FAILOVER_TIME), "goes with --workers-from kcl only");
        }
        if (!(source instanceof SourceSpec.Kinesis)) {
            return Optional.of("--workers-from kcl does not go with --source " + source
                    + ": only the shards of a stream can be leased to several processes. Use --source kinesis:STREAM");
        }
        if (guarantee != Guarantee.EXACTLY_ONCE) {
            return Optional.of(
                    "--guarantee " + guarantee + " does not go with --workers-from kcl, where results leave when they"
                            + " are committed, exactly once");
        }
        Optional<String> page =
                problem(given, PageOptions.NAMES, "does not go with --workers-from kcl, which has no page");
        return page.isPresent()
                ? page
                : problem(
                        given,
                        OF_ONE_PROCESS,
                        "does not go with --workers-from kcl, where each shard has a thread, and each read of it a commit");
    }

    private static Optional<String> problem(ParseResult given, List<String> options, String why) {
        return options.stream().filter(given::hasMatchedOption).findFirst().map(option -> option + " " + why);
    }

    /** @throws IllegalArgumentException if one is out of bounds: the message says which, and what it may be */
    SharedSettings settings(LocalOptions local, @Nullable String consumer) {
        return SharedSettings.defaults()
                .withFailoverTime(failoverTime)
                .withTickInterval(local.tickInterval())
                .withIdleTimeout(local.idleTimeout())
                .withConsumer(consumer);
    }
}

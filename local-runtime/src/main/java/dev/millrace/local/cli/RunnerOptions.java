package dev.millrace.local.cli;

import dev.millrace.local.runner.RunnerSettings;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Option;

/** The options of each command that can run a pipeline record at a time. */
final class RunnerOptions {
    private static final String WORKERS = "--workers";
    private static final String COMMIT_INTERVAL = "--commit-interval";

    /** The names of them all. */
    static final List<String> NAMES = List.of(WORKERS, COMMIT_INTERVAL);

    @Option(
            names = WORKERS,
            paramLabel = "N",
            defaultValue = "2",
            description = "Threads for each stage behind a keyBy, at most one for each of its partitions."
                    + " ${DEFAULT-VALUE} by default.")
    private int workers;

    @Option(
            names = COMMIT_INTERVAL,
            paramLabel = "TIME",
            defaultValue = "50ms",
            converter = DurationConverter.class,
            description =
                    "How long records are applied before they are committed, up to 1m. ${DEFAULT-VALUE} by default.")
    private Duration commitInterval = Duration.ZERO;

    /** @throws IllegalArgumentException if one is out of bounds: the message says which, and what it may be */
    RunnerSettings settings(LocalOptions local) {
        return RunnerSettings.defaults()
                .withWorkers(workers)
                .withCommitInterval(commitInterval)
                .withTickInterval(local.tickInterval())
                .withIdleTimeout(local.idleTimeout());
    }
}

package dev.millrace.local.cli;

import dev.millrace.local.runner.Guarantee;
import dev.millrace.local.runner.RunnerSettings;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of each command that can run a pipeline record at a time. */
final class RunnerOptions {
    private static final String WORKERS = "--workers";
    private static final String COMMIT_INTERVAL = "--commit-interval";
    private static final String GUARANTEE = "--guarantee";

    /** The names of them all. */
    static final List<String> NAMES = List.of(WORKERS, COMMIT_INTERVAL, GUARANTEE);

    private static final Duration EACH_COMMIT_SENDS = Duration.ofMillis(50);
    private static final Duration COMMIT_SENDS_NOTHING = Duration.ofSeconds(5);

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
            converter = DurationConverter.class,
            description = "How long records are applied before they are committed, up to 1m; 50ms by default, and 5s at"
                    + " least once, where results do not wait for it.")
    private @Nullable Duration commitInterval;

    @Option(
            names = GUARANTEE,
            paramLabel = "GUARANTEE",
            defaultValue = "exactly-once",
            converter = GuaranteeConverter.class,
            description = {
                "exactly-once: each record counts once, and results leave when they are committed;",
                "at-least-once: results leave at once; what was not committed counts again after a crash;",
                "at-most-once: results leave when they are committed, once or not at all, and a sink that is down holds nothing"
                        + " up.",
                "${DEFAULT-VALUE} by default."
            })
    private Guarantee guarantee = Guarantee.EXACTLY_ONCE;

    Guarantee guarantee() {
        return guarantee;
    }

    /** @throws IllegalArgumentException if one is out of bounds: the message says which, and what it may be */
    RunnerSettings settings(LocalOptions local) {
        return RunnerSettings.defaults()
                .withWorkers(workers)
                .withGuarantee(guarantee)
                .withCommitInterval(Objects.requireNonNullElse(
                        commitInterval,
                        guarantee == Guarantee.AT_LEAST_ONCE ? COMMIT_SENDS_NOTHING : EACH_COMMIT_SENDS))
                .withTickInterval(local.tickInterval())
                .withIdleTimeout(local.idleTimeout());
    }
}

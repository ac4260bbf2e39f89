package dev.millrace.local.cli;

import dev.millrace.local.endpoint.LocalEndpointOptions;
import dev.millrace.local.kinesis.EmbeddedKinesis;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of each command that runs a pipeline with a local endpoint of its own. */
final class LocalOptions {
    @Option(names = "--classpath", paramLabel = "PATH", description = "Jars and folders with your pipeline.")
    private @Nullable String classPath;

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
                    "How many shards the source has, and how many partitions later stages, if their streams do not"
                            + " exist. ${DEFAULT-VALUE} by default.")
    private int shards;

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

    @Nullable
    String classPath() {
        return classPath;
    }

    /** @throws IllegalArgumentException if the port is out of bounds */
    LocalEndpointOptions endpoint() {
        return LocalEndpointOptions.defaults().withPort(port).withDataDirectory(dataDirectory);
    }

    /** @throws IllegalArgumentException if there are none, or more than the endpoint takes */
    int shards() {
        if (shards < 1 || shards > EmbeddedKinesis.SHARD_LIMIT) {
            throw new IllegalArgumentException(
                    "--shards is " + shards + ", and must be 1 to " + EmbeddedKinesis.SHARD_LIMIT);
        }
        return shards;
    }

    Duration tickInterval() {
        return tickInterval;
    }

    Duration idleTimeout() {
        return idleTimeout;
    }

    /** What to say where the data directory is no directory, or cannot be written. */
    CommandFailure unusableDataDirectory(UncheckedIOException e) {
        return new CommandFailure("the data directory " + dataDirectory + " cannot be used: " + e.getCause() + ".", e);
    }
}

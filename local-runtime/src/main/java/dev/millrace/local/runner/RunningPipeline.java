package dev.millrace.local.runner;

import dev.millrace.local.aws.AwsAddress;
import dev.millrace.local.aws.AwsClients;
import dev.millrace.local.aws.PipelineResources;
import dev.millrace.local.endpoint.LocalEndpoint;
import dev.millrace.local.endpoint.LocalEndpointOptions;
import dev.millrace.local.source.FanOutStream;
import dev.millrace.local.source.SourceStream;
import dev.millrace.plan.Plan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;

/**
 * A pipeline that runs record at a time in this process, with all that it needs: the local endpoint for its state and results, or
 * clients of another.
 */
public final class RunningPipeline implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunningPipeline.class);

    private final Plan plan;
    private final String endpoint;
    private final AwsClients clients;
    private final Runner runner;
    /** What to close, last started first; not the runner. */
    private final Deque<AutoCloseable> parts;

    private RunningPipeline(Plan plan, String endpoint, AwsClients clients, Runner runner, Deque<AutoCloseable> parts) {
        this.plan = plan;
        this.endpoint = endpoint;
        this.clients = clients;
        this.runner = runner;
        this.parts = parts;
    }

    /**
     * Starts a pipeline, with a local endpoint for its streams and tables.
     *
     * @param input what it reads; replayable; closed with this, also where this does not start
     * @param shards how many partitions later stages have, and the source stream shards, where their streams do not exist
     * @throws dev.millrace.local.endpoint.LocalEndpointException if the endpoint cannot start
     * @throws dev.millrace.local.source.StreamReadException if the input cannot be read
     * @throws OtherSourceException if the data directory has state of another source
     */
    public static RunningPipeline start(
            Plan plan, PipelineInput input, int shards, LocalEndpointOptions options, RunnerSettings settings) {
        return start(plan, input, shards, options, settings, null);
    }

    /**
     * As above, with tables that may be elsewhere.
     *
     * @param tables where its rows go: its tables must exist there; null for the local endpoint
     */
    public static RunningPipeline start(
            Plan plan,
            PipelineInput input,
            int shards,
            LocalEndpointOptions options,
            RunnerSettings settings,
            @Nullable AwsAddress tables) {
        Deque<AutoCloseable> parts = new ArrayDeque<>();
        parts.push(input);
        boolean started = false;
        try {
            LocalEndpoint endpoint = LocalEndpoint.start(options);
            parts.push(endpoint);
            Path directory = options.dataDirectory();
            if (directory != null) {
                SourceOfState.check(directory, plan, input.identity());
            }
            AwsClients local = AwsAddress.local(endpoint.uri()).clients();
            AwsClients clients = tables == null ? local : local.withRowsAt(tables, plan.stateTable());
            parts.push(clients);
            var unused = PipelineResources.create(local, plan, shards);
            SourceStream source = input.stream().apply(endpoint);
            Function<String, SourceStream> streams =
                    name -> name.equals(plan.sourceStream()) ? source : SourceStream.of(endpoint.kinesis(), name);
            Runner runner = Runner.start(plan, source, streams, clients, settings);
            started = true;
            return new RunningPipeline(plan, endpoint.uri().toString(), clients, runner, parts);
        } finally {
            if (!started) {
                closeAll(parts);
            }
        }
    }

    /**
     * Starts a pipeline whose streams and tables are elsewhere, and exist.
     *
     * @param address where they are
     * @param consumer by whose name its stream is read by enhanced fan-out: registered if need be, and left so; null for polling
     * @throws dev.millrace.local.source.StreamReadException if a stream cannot be listed
     */
    public static RunningPipeline at(
            AwsAddress address, Plan plan, @Nullable String consumer, RunnerSettings settings) {
        Deque<AutoCloseable> parts = new ArrayDeque<>();
        boolean started = false;
        try {
            AwsClients clients = address.clients();
            parts.push(clients);
            String stream = plan.sourceStream();
            SourceStream source = consumer == null
                    ? SourceStream.of(clients.kinesis(), stream)
                    : pushed(address, stream, consumer, parts);
            Runner runner =
                    Runner.start(plan, source, name -> SourceStream.of(clients.kinesis(), name), clients, settings);
            started = true;
            return new RunningPipeline(plan, address.toString(), clients, runner, parts);
        } finally {
            if (!started) {
                closeAll(parts);
            }
        }
    }

    private static SourceStream pushed(AwsAddress address, String stream, String consumer, Deque<AutoCloseable> parts) {
        KinesisAsyncClient client = address.kinesisAsync();
        parts.push(client);
        FanOutStream pushed = SourceStream.fanOut(client, stream, consumer);
        parts.push(pushed);
        return pushed;
    }

    public Plan plan() {
        return plan;
    }

    /** Where its streams and tables are: an address for SDKs and the AWS CLI, or {@code AWS}. */
    public String endpoint() {
        return endpoint;
    }

    /** Clients of that endpoint, until this is closed. */
    public AwsClients clients() {
        return clients;
    }

    public Runner runner() {
        return runner;
    }

    /** As {@link Runner#stop}; then all else is closed. */
    public boolean stop(Duration patience) {
        boolean isDone = runner.stop(patience);
        closeAll(parts);
        return isDone;
    }

    /** Stops the runner, and closes all else. */
    @Override
    public void close() {
        runner.close();
        closeAll(parts);
    }

    private static void closeAll(Deque<AutoCloseable> parts) {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                LOG.debug("Something did not close as it should", e);
            }
        }
    }
}

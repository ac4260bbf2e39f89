package dev.millrace.local.dev;

import dev.millrace.Pipeline;
import dev.millrace.lambda.HandlerSettings;
import dev.millrace.local.aws.AwsAddress;
import dev.millrace.local.aws.AwsClients;
import dev.millrace.local.aws.PipelineResources;
import dev.millrace.local.endpoint.LocalEndpoint;
import dev.millrace.local.endpoint.LocalEndpointOptions;
import dev.millrace.local.mapping.Checkpoints;
import dev.millrace.local.mapping.EventSourceMapping;
import dev.millrace.local.mapping.StageFunction;
import dev.millrace.local.packaged.PackagedCode;
import dev.millrace.local.packaged.PackagedFunction;
import dev.millrace.local.packaged.PackagedFunctions;
import dev.millrace.local.runner.Runner;
import dev.millrace.local.runner.RunnerSettings;
import dev.millrace.local.runner.SourceOfState;
import dev.millrace.local.source.SourceSpec;
import dev.millrace.local.source.SourceStream;
import dev.millrace.plan.Plan;
import dev.millrace.plan.ResultTable;
import dev.millrace.plan.Stage;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pipeline that runs on this machine: records put into its source stream at the endpoint are delivered to the real Lambda
 * handler, in this process or in processes as on Lambda, or are processed record at a time; its state, results and dead letters go
 * to the endpoint.
 */
public final class DevRuntime implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DevRuntime.class);

    private final Plan plan;
    private final LocalEndpoint endpoint;
    /** What to close, last started first. */
    private final Deque<AutoCloseable> parts;

    private DevRuntime(Plan plan, LocalEndpoint endpoint, Deque<AutoCloseable> parts) {
        this.plan = plan;
        this.endpoint = endpoint;
        this.parts = parts;
    }

    /**
     * Starts a pipeline in this process; when this returns, it accepts work.
     *
     * @throws dev.millrace.PipelineException if the pipeline cannot run
     * @throws dev.millrace.local.endpoint.LocalEndpointException if the endpoint cannot start
     */
    public static DevRuntime start(Pipeline pipeline, DevOptions options) {
        return start(pipeline, options, (parts, endpoint) -> inProcess(pipeline, endpoint, parts, options));
    }

    /**
     * Starts a pipeline that runs record at a time in this process; otherwise as {@link #start}. What was applied is committed when
     * this is closed.
     *
     * @param shards how many shards the stages' streams get where they do not exist yet
     */
    public static DevRuntime startRecordAtATime(
            Pipeline pipeline, LocalEndpointOptions endpointOptions, int shards, RunnerSettings settings) {
        return start(pipeline, endpointOptions, shards, (plan, endpoint, parts) -> {
            AwsClients clients = AwsAddress.local(endpoint.uri()).clients();
            parts.push(clients);
            parts.push(Runner.start(plan, name -> SourceStream.of(endpoint.kinesis(), name), clients, settings));
        });
    }

    /**
     * Starts a pipeline whose functions run in processes of their own, as on Lambda; otherwise as {@link #start}.
     *
     * @param pipeline what the code defines
     * @param lines takes what functions print, from several threads
     * @throws dev.millrace.local.packaged.PackagedFunctionException if functions cannot run on this machine
     */
    public static DevRuntime startPackaged(
            Pipeline pipeline, PackagedCode code, DevOptions options, Consumer<String> lines) {
        return start(pipeline, options, (parts, endpoint) -> {
            PackagedFunctions functions = PackagedFunctions.start(code, endpoint.uri(), lines);
            parts.push(functions);
            return (stage, settings) -> {
                PackagedFunction function = functions.function(stage.name(), settings);
                parts.push(function);
                return function;
            };
        });
    }

    private static Functions inProcess(
            Pipeline pipeline, LocalEndpoint endpoint, Deque<AutoCloseable> parts, DevOptions options) {
        AwsClients clients = AwsAddress.local(endpoint.uri()).clients();
        parts.push(clients);
        return (stage, settings) -> StageFunction.inProcess(
                pipeline, settings, clients, options.endpoint().clock(), options.observer());
    }

    /** Makes the functions of stages. */
    @FunctionalInterface
    private interface Functions {
        StageFunction of(Stage stage, HandlerSettings settings);
    }

    /** Starts what processes records, and what that needs. */
    @FunctionalInterface
    private interface Processing {
        void start(Plan plan, LocalEndpoint endpoint, Deque<AutoCloseable> parts);
    }

    private static DevRuntime start(
            Pipeline pipeline,
            DevOptions options,
            BiFunction<Deque<AutoCloseable>, LocalEndpoint, Functions> functionsOf) {
        return start(pipeline, options.endpoint(), options.shards(), (plan, endpoint, parts) -> {
            Functions functions = functionsOf.apply(parts, endpoint);
            for (Stage stage : plan.stages()) {
                Checkpoints checkpoints = checkpoints(plan, stage, options);
                StageFunction function = functions.of(
                        stage, options.mapping().function(stage.name(), checkpoints, options.idleTimeout()));
                parts.push(EventSourceMapping.start(
                        options.observer().stream(
                                stage.name(), SourceStream.of(endpoint.kinesis(), stage.inputStream())),
                        options.observer().function(stage.name(), function),
                        options.mapping(),
                        checkpoints,
                        options.endpoint().clock()));
            }
        });
    }

    private static DevRuntime start(
            Pipeline pipeline, LocalEndpointOptions options, int shards, Processing processing) {
        Plan plan = Plan.of(pipeline);
        Deque<AutoCloseable> parts = new ArrayDeque<>();
        boolean started = false;
        try {
            LocalEndpoint endpoint = LocalEndpoint.start(options);
            parts.push(endpoint);
            Path directory = options.dataDirectory();
            if (directory != null) {
                SourceOfState.check(directory, plan, new SourceSpec.Embedded().toString());
            }
            try (AwsClients clients = AwsAddress.local(endpoint.uri()).clients()) {
                var unused = PipelineResources.create(clients, plan, shards);
            }
            processing.start(plan, endpoint, parts);
            started = true;
            return new DevRuntime(plan, endpoint, parts);
        } finally {
            if (!started) {
                closeAll(parts);
            }
        }
    }

    private static Checkpoints checkpoints(Plan plan, Stage stage, DevOptions options) {
        Path dataDirectory = options.endpoint().dataDirectory();
        return dataDirectory == null
                ? Checkpoints.inMemory()
                : Checkpoints.inDirectory(dataDirectory
                        .resolve("mappings")
                        .resolve(plan.pipeline().name())
                        .resolve(stage.name()));
    }

    public Plan plan() {
        return plan;
    }

    /** The address for SDKs and the AWS CLI. */
    public URI endpoint() {
        return endpoint.uri();
    }

    /** What a program that has started the pipeline needs to know, in one line. */
    public String readyLine() {
        return "millrace ready endpoint=" + endpoint() + " pipeline="
                + plan.pipeline().name() + " stream=" + plan.sourceStream() + " table="
                + plan.mainTable().map(ResultTable::name).orElse("-") + " dead-letters="
                + plan.pipeline().deadLetterStream().orElse("-");
    }

    /** Stops processing, and then the endpoint. What is under way is finished, or will be done again from the data directory. */
    @Override
    public void close() {
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

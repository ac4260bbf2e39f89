package dev.millrace.local.dev;

import dev.millrace.Pipeline;
import dev.millrace.driver.PartitionSettings;
import dev.millrace.engine.Limits;
import dev.millrace.lambda.HandlerSettings;
import dev.millrace.lambda.KinesisHandler;
import dev.millrace.local.endpoint.LocalEndpoint;
import dev.millrace.local.mapping.Checkpoints;
import dev.millrace.local.mapping.EventSourceMapping;
import dev.millrace.plan.Plan;
import dev.millrace.plan.ResultTable;
import dev.millrace.plan.Stage;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pipeline that runs in this process: records put into its source stream at the endpoint are delivered to the real Lambda
 * handler, whose state, results and dead letters go to the endpoint.
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
     * Starts a pipeline; when this returns, it accepts work.
     *
     * @throws dev.millrace.PipelineException if the pipeline cannot run
     * @throws dev.millrace.local.endpoint.LocalEndpointException if the endpoint cannot start
     */
    public static DevRuntime start(Pipeline pipeline, DevOptions options) {
        Plan plan = Plan.of(pipeline);
        Deque<AutoCloseable> parts = new ArrayDeque<>();
        boolean started = false;
        try {
            LocalEndpoint endpoint = LocalEndpoint.start(options.endpoint());
            parts.push(endpoint);
            LocalClients clients = LocalClients.of(endpoint.uri());
            parts.push(clients);
            new Resources(endpoint.kinesis(), clients.dynamoDb()).create(plan, options.shards());
            for (Stage stage : plan.stages()) {
                parts.push(mapping(plan, stage, endpoint, clients, options));
            }
            started = true;
            return new DevRuntime(plan, endpoint, parts);
        } finally {
            if (!started) {
                closeAll(parts);
            }
        }
    }

    private static EventSourceMapping mapping(
            Plan plan, Stage stage, LocalEndpoint endpoint, LocalClients clients, DevOptions options) {
        Path dataDirectory = options.endpoint().dataDirectory();
        Checkpoints checkpoints = dataDirectory == null
                ? Checkpoints.inMemory()
                : Checkpoints.inDirectory(dataDirectory
                        .resolve("mappings")
                        .resolve(plan.pipeline().name())
                        .resolve(stage.name()));
        KinesisHandler handler = new KinesisHandler(
                plan.pipeline(),
                settings(stage, options, checkpoints),
                clients.dynamoDb(),
                clients.kinesis(),
                options.endpoint().clock());
        return EventSourceMapping.start(
                endpoint.kinesis(),
                stage.inputStream(),
                event -> handler.handleRequest(event, null),
                options.mapping(),
                checkpoints,
                options.endpoint().clock());
    }

    private static HandlerSettings settings(Stage stage, DevOptions options, Checkpoints checkpoints) {
        return new HandlerSettings(
                Optional.of(stage.name()),
                Optional.empty(),
                new PartitionSettings(
                        checkpoints.mappingId(),
                        options.mapping().retriesForever(),
                        options.idleTimeout(),
                        Limits.DEFAULT));
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

    /** Stops delivering, and then the endpoint. What is under way is finished, or will be done again from the data directory. */
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

package dev.millrace.local.cli;

import dev.millrace.plan.Plan;
import dev.millrace.plan.Stage;
import dev.millrace.state.StateLogException;
import dev.millrace.state.StateLogStore;
import dev.millrace.state.StateLogUnavailableException;
import dev.millrace.state.UnreadableItemException;
import dev.millrace.state.dynamodb.DynamoDbStateLogStore;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;

/** {@code millrace state}: how far a pipeline has come, and what it keeps. */
@Command(
        name = "state",
        description = {
            "Prints how far each stage of a pipeline has come in each shard of its stream, and what it keeps there.",
            "It only reads, also while the pipeline runs."
        })
final class StateCommand implements Callable<Integer> {
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
            names = "--endpoint",
            paramLabel = "URL",
            description = "Where Kinesis and DynamoDB are: AWS_ENDPOINT_URL, or else http://127.0.0.1:4566.")
    private @Nullable String endpoint;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "Print the windows of this key, and their current results, as well.")
    private @Nullable String key;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    StateCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        Plan plan = TopologyCommand.plan(pipeline, classPath);
        KinesisEndpoint at = KinesisEndpoint.of(endpoint, surroundings.environment());
        StateReport report = new StateReport(plan, key);
        try (KinesisClient kinesis = at.client();
                DynamoDbClient dynamoDb = at.dynamoDbClient()) {
            StateLogStore store = new DynamoDbStateLogStore(dynamoDb, plan.stateTable(), surroundings.pause());
            for (Stage stage : plan.stages()) {
                for (String shard : shards(kinesis, stage, at)) {
                    read(report, store, stage, shard);
                }
            }
        } catch (SdkException | StateLogException e) {
            throw at.failure(e);
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(json ? report.json() : report.text());
        out.flush();
        return report.isComplete() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    /** What cannot be read of one shard does not keep the others from being shown. */
    private static void read(StateReport report, StateLogStore store, Stage stage, String shard) {
        try {
            report.read(store, stage, shard);
        } catch (UnreadableItemException e) {
            report.unreadable(stage, shard, String.valueOf(e.getMessage()));
        } catch (StateLogUnavailableException e) {
            if (e.getCause() != null) {
                throw e;
            }
            // The table answers, but this log cannot be read while it is written: another time it can.
            report.unreadable(stage, shard, String.valueOf(e.getMessage()));
        }
    }

    private static List<String> shards(KinesisClient kinesis, Stage stage, KinesisEndpoint at) {
        try {
            return shards(kinesis, stage.inputStream());
        } catch (ResourceNotFoundException e) {
            throw new CommandFailure(
                    "there is no stream '" + stage.inputStream() + "', which stage '" + stage.name()
                            + "' of the pipeline reads (endpoint " + at.uri() + ").",
                    e);
        }
    }

    private static List<String> shards(KinesisClient kinesis, String stream) {
        List<String> ids = new ArrayList<>();
        @Nullable String token = null;
        do {
            ListShardsRequest.Builder request = ListShardsRequest.builder();
            ListShardsResponse response =
                    kinesis.listShards((token == null ? request.streamName(stream) : request.nextToken(token)).build());
            response.shards().forEach(shard -> ids.add(shard.shardId()));
            token = response.nextToken();
        } while (token != null);
        return ids;
    }
}

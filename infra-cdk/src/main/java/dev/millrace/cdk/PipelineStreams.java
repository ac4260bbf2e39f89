package dev.millrace.cdk;

import dev.millrace.plan.Plan;
import dev.millrace.plan.Stage;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.services.kinesis.CfnStream;
import software.amazon.awscdk.services.kinesis.IStream;
import software.amazon.awscdk.services.kinesis.Stream;
import software.amazon.awscdk.services.kinesis.StreamEncryption;
import software.amazon.awscdk.services.kinesis.StreamMode;
import software.constructs.Construct;

/** The streams of a pipeline, by the names that its plan calls them by: those that exist, and the others, made. */
final class PipelineStreams {
    /** What a stream keeps records for unless told otherwise; one of which nothing is known keeps them for no less. */
    private static final Duration SHORTEST_RETENTION = Duration.ofHours(24);

    private final Construct scope;
    private final Plan plan;
    private final StreamPipelineProps props;
    private final Map<String, IStream> byName = new LinkedHashMap<>();
    private final Map<String, Duration> retentions = new LinkedHashMap<>();

    /** @throws IllegalArgumentException if a stream was given that the pipeline has no use for */
    PipelineStreams(Construct scope, Plan plan, StreamPipelineProps props) {
        this.scope = scope;
        this.plan = plan;
        this.props = props;
        Map<String, IStream> existing = new LinkedHashMap<>();
        for (IStream stream : props.streams()) {
            String name = PhysicalName.of(stream)
                    .orElseThrow(() -> new IllegalArgumentException("the stream "
                            + stream.getNode().getPath()
                            + " has no name of its own, and a pipeline calls its streams by name: set its streamName"));
            existing.put(name, stream);
        }
        Map<String, StreamRole> roles = roles(plan);
        for (String name : existing.keySet()) {
            if (!roles.containsKey(name)) {
                throw new IllegalArgumentException("the pipeline has no use for stream '" + name + "'; its streams are "
                        + String.join(", ", roles.keySet()));
            }
        }
        roles.forEach((name, role) -> {
            if (role == StreamRole.INTERNAL && isOnDemand(existing.get(name))) {
                throw new IllegalArgumentException(
                        "the internal stream '" + name + "' is on demand, so that Kinesis would"
                                + " reshard it, and the keys of its stage are bound to its shards: make it with a shardCount");
            }
            IStream stream = existing.containsKey(name) ? existing.get(name) : make(name, role);
            byName.put(name, stream);
            retentions.put(name, existing.containsKey(name) ? retentionOf(stream) : retention(name, role));
        });
    }

    private static boolean isOnDemand(@Nullable IStream stream) {
        return stream != null
                && stream.getNode().getDefaultChild() instanceof CfnStream made
                && made.getShardCount() == null;
    }

    private static Map<String, StreamRole> roles(Plan plan) {
        Map<String, StreamRole> roles = new LinkedHashMap<>();
        for (Stage stage : plan.stages()) {
            roles.put(stage.inputStream(), stage.readsSource() ? StreamRole.SOURCE : StreamRole.INTERNAL);
        }
        plan.stages()
                .forEach(stage -> stage.outputStreams().forEach(name -> roles.putIfAbsent(name, StreamRole.OUTPUT)));
        plan.pipeline().deadLetterStream().ifPresent(name -> roles.putIfAbsent(name, StreamRole.DEAD_LETTERS));
        return roles;
    }

    private Stream make(String name, StreamRole role) {
        Stream.Builder stream = Stream.Builder.create(scope, "Stream-" + name)
                .streamName(name)
                .encryption(StreamEncryption.MANAGED)
                .retentionPeriod(CdkDurations.of(retention(name, role)))
                .removalPolicy(props.removalPolicy());
        return switch (role) {
            // Kinesis reshards these with the load.
            case SOURCE, OUTPUT -> stream.streamMode(StreamMode.ON_DEMAND).build();
            // Whose shards must stay (X2).
            case INTERNAL ->
                stream.streamMode(StreamMode.PROVISIONED)
                        .shardCount(props.internalStreamShards())
                        .build();
            case DEAD_LETTERS ->
                stream.streamMode(StreamMode.PROVISIONED).shardCount(1).build();
        };
    }

    private Duration retention(String name, StreamRole role) {
        return switch (role) {
            case SOURCE, INTERNAL -> props.retention();
            case OUTPUT -> takesDeadLetters(name) ? props.deadLetterRetention() : SHORTEST_RETENTION;
            case DEAD_LETTERS -> props.deadLetterRetention();
        };
    }

    private boolean takesDeadLetters(String name) {
        return plan.pipeline().deadLetterStream().filter(name::equals).isPresent();
    }

    private static Duration retentionOf(IStream existing) {
        if (existing.getNode().getDefaultChild() instanceof CfnStream made && made.getRetentionPeriodHours() != null) {
            return Duration.ofHours(made.getRetentionPeriodHours().longValue());
        }
        return SHORTEST_RETENTION;
    }

    /** The stream that the plan calls by this name. */
    IStream get(String name) {
        IStream stream = byName.get(name);
        if (stream == null) {
            throw new IllegalArgumentException(
                    "the pipeline has no stream '" + name + "'; its streams are " + String.join(", ", byName.keySet()));
        }
        return stream;
    }

    /** How long a stream keeps records, at the least. */
    Duration retention(String name) {
        return retentions.getOrDefault(name, SHORTEST_RETENTION);
    }
}

package dev.millrace.local.endpoint;

import dev.millrace.local.kinesis.EmbeddedKinesis;
import dev.millrace.local.kinesis.KinesisException;
import dev.millrace.local.kinesis.ShardDescription;
import dev.millrace.local.kinesis.StreamDescription;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Creating, deleting and describing streams, and what can be set for a whole stream. */
final class StreamActions {
    /** What AWS gives a new on-demand stream. */
    private static final int ON_DEMAND_SHARDS = 4;

    private enum StreamMode {
        PROVISIONED,
        ON_DEMAND
    }

    private final EmbeddedKinesis kinesis;

    StreamActions(EmbeddedKinesis kinesis) {
        this.kinesis = kinesis;
    }

    void addTo(Map<String, KinesisFront.Action> actions) {
        actions.put("CreateStream", this::create);
        actions.put("DeleteStream", this::delete);
        actions.put("DescribeStream", this::describe);
        actions.put("DescribeStreamSummary", this::describeSummary);
        actions.put("ListStreams", this::list);
        actions.put("DescribeLimits", this::describeLimits);
        actions.put("IncreaseStreamRetentionPeriod", this::increaseRetention);
        actions.put("DecreaseStreamRetentionPeriod", this::decreaseRetention);
        actions.put("UpdateStreamMode", this::updateMode);
    }

    private Reply create(Parameters in) {
        String name = Constraint.present("streamName", in.text("StreamName"));
        StreamMode mode = mode(in.object("StreamModeDetails"));
        Integer wanted = in.integer("ShardCount");
        if (wanted != null) {
            Constraint.range("shardCount", wanted, 1, 100_000);
        }
        if (mode == StreamMode.ON_DEMAND && wanted != null) {
            throw new KinesisException(
                    KinesisException.Type.ValidationException,
                    "ShardCount must not be specified for StreamMode ON_DEMAND.");
        }
        if (mode == StreamMode.PROVISIONED) {
            Constraint.present("shardCount", wanted);
        }
        Map<String, String> tags = in.texts("Tags");
        TagActions.check(tags, 50);
        kinesis.createStream(
                Parameters.stream(name, null),
                wanted == null ? ON_DEMAND_SHARDS : wanted,
                mode == StreamMode.ON_DEMAND,
                tags);
        return Reply.EMPTY;
    }

    private static StreamMode mode(@Nullable Parameters details) {
        return details == null
                ? StreamMode.PROVISIONED
                : Constraint.oneOf(
                        "streamModeDetails.streamMode", details.requiredText("StreamMode"), StreamMode.class);
    }

    private Reply delete(Parameters in) {
        if (in.flag("EnforceConsumerDeletion")) {
            kinesis.deleteStream(in.stream());
        } else {
            kinesis.deleteStreamWithoutConsumers(in.stream());
        }
        return Reply.EMPTY;
    }

    private Reply describe(Parameters in) {
        int limit = in.integer("Limit", 100, 1, 10_000);
        StreamDescription stream = kinesis.describe(in.stream());
        List<ShardDescription> found = ShardActions.after(in.text("ExclusiveStartShardId"), stream.shards());
        List<ShardDescription> page = found.subList(0, Math.min(limit, found.size()));
        return reply -> reply.object("StreamDescription", out -> {
            writeCommon(out, stream);
            out.objects("Shards", page, shard -> ShardActions.write(out, shard))
                    .flag("HasMoreShards", page.size() < found.size());
        });
    }

    private Reply describeSummary(Parameters in) {
        StreamDescription stream = kinesis.describe(in.stream());
        return reply -> reply.object("StreamDescriptionSummary", out -> {
            writeCommon(out, stream);
            out.number("OpenShardCount", stream.openShards().size())
                    .number("ConsumerCount", stream.consumers().size());
        });
    }

    private static void writeCommon(WireWriter out, StreamDescription stream) throws IOException {
        writeIdentity(out, stream);
        out.number("RetentionPeriodHours", stream.retentionHours())
                .objects("EnhancedMonitoring", List.of(List.<String>of()), none -> out.texts("ShardLevelMetrics", none))
                .text("EncryptionType", "NONE");
    }

    private static void writeIdentity(WireWriter out, StreamDescription stream) throws IOException {
        StreamMode mode = stream.onDemand() ? StreamMode.ON_DEMAND : StreamMode.PROVISIONED;
        out.text("StreamName", stream.name())
                .text("StreamARN", Parameters.arn(stream.name()))
                .text("StreamStatus", "ACTIVE")
                .object("StreamModeDetails", details -> details.text("StreamMode", mode.name()))
                .timestamp("StreamCreationTimestamp", stream.createdMillis());
    }

    private Reply list(Parameters in) {
        int limit = in.integer("Limit", 100, 1, 10_000);
        // A token is the name of the last stream listed.
        String token = in.text("NextToken");
        String after = token == null ? in.text("ExclusiveStartStreamName") : token;
        List<String> found = kinesis.streamNames().stream()
                .filter(name -> after == null || name.compareTo(after) > 0)
                .toList();
        List<String> page = found.subList(0, Math.min(limit, found.size()));
        boolean more = page.size() < found.size();
        List<StreamDescription> summaries = page.stream().map(kinesis::describe).toList();
        return out -> out.texts("StreamNames", page)
                .flag("HasMoreStreams", more)
                .text("NextToken", more ? page.get(page.size() - 1) : null)
                .objects("StreamSummaries", summaries, stream -> writeIdentity(out, stream));
    }

    private Reply describeLimits(Parameters in) {
        long onDemand = kinesis.streamNames().stream()
                .filter(name -> kinesis.describe(name).onDemand())
                .count();
        return out -> out.number("ShardLimit", EmbeddedKinesis.SHARD_LIMIT)
                .number("OpenShardCount", kinesis.openShardCount())
                .number("OnDemandStreamCount", onDemand)
                .number("OnDemandStreamCountLimit", EmbeddedKinesis.SHARD_LIMIT / ON_DEMAND_SHARDS);
    }

    private Reply increaseRetention(Parameters in) {
        kinesis.increaseRetention(in.stream(), retentionHours(in));
        return Reply.EMPTY;
    }

    private Reply decreaseRetention(Parameters in) {
        kinesis.decreaseRetention(in.stream(), retentionHours(in));
        return Reply.EMPTY;
    }

    private static int retentionHours(Parameters in) {
        int hours = Constraint.present("retentionPeriodHours", in.integer("RetentionPeriodHours"));
        if (hours < EmbeddedKinesis.MIN_RETENTION_HOURS || hours > EmbeddedKinesis.MAX_RETENTION_HOURS) {
            boolean low = hours < EmbeddedKinesis.MIN_RETENTION_HOURS;
            throw new KinesisException(
                    KinesisException.Type.InvalidArgumentException,
                    (low ? "Minimum" : "Maximum") + " allowed retention period is "
                            + (low ? EmbeddedKinesis.MIN_RETENTION_HOURS : EmbeddedKinesis.MAX_RETENTION_HOURS)
                            + " hours. Requested retention period (" + hours + " hours) is too "
                            + (low ? "short." : "long."));
        }
        return hours;
    }

    private Reply updateMode(Parameters in) {
        Parameters details = Constraint.present("streamModeDetails", in.object("StreamModeDetails"));
        kinesis.setOnDemand(in.streamOfArnIn("StreamARN"), mode(details) == StreamMode.ON_DEMAND);
        return Reply.EMPTY;
    }
}

package dev.millrace.local.endpoint;

import dev.millrace.local.kinesis.EmbeddedKinesis;
import dev.millrace.local.kinesis.KinesisException;
import dev.millrace.local.kinesis.ShardDescription;
import dev.millrace.local.kinesis.StreamDescription;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Listing, splitting and merging shards. */
final class ShardActions {
    private enum ScalingType {
        UNIFORM_SCALING
    }

    private final EmbeddedKinesis kinesis;
    private final Clock clock;

    ShardActions(EmbeddedKinesis kinesis, Clock clock) {
        this.kinesis = kinesis;
        this.clock = clock;
    }

    void addTo(Map<String, KinesisFront.Action> actions) {
        actions.put("ListShards", this::listShards);
        actions.put("SplitShard", this::splitShard);
        actions.put("MergeShards", this::mergeShards);
        actions.put("UpdateShardCount", this::updateShardCount);
    }

    private Reply listShards(Parameters in) {
        String token = in.text("NextToken");
        String exclusiveStart = in.text("ExclusiveStartShardId");
        int max = in.integer("MaxResults", 1000, 1, 10_000);
        String name;
        if (token == null) {
            name = in.stream();
        } else if (in.text("StreamName") == null && exclusiveStart == null) {
            ListToken read = ListToken.decode(token, clock.millis());
            name = read.stream();
            exclusiveStart = read.last();
        } else {
            throw new KinesisException(
                    KinesisException.Type.InvalidArgumentException,
                    "NextToken and StreamName or ExclusiveStartShardId cannot be provided together.");
        }
        StreamDescription stream = kinesis.describe(name);
        ShardFilter filter = token == null
                ? ShardFilter.of(in.object("ShardFilter"), stream, clock.millis())
                : ShardFilter.everything();
        List<ShardDescription> found = after(exclusiveStart, filter.apply(stream.shards()));
        List<ShardDescription> page = found.subList(0, Math.min(max, found.size()));
        String next = page.size() == found.size()
                ? null
                : new ListToken(name, page.get(page.size() - 1).shardId(), clock.millis()).encode();
        return out -> out.objects("Shards", page, shard -> write(out, shard)).text("NextToken", next);
    }

    /** The shards that follow the one with that id, which need not exist. */
    static List<ShardDescription> after(@Nullable String shardId, List<ShardDescription> shards) {
        if (shardId == null) {
            return shards;
        }
        List<ShardDescription> rest = new ArrayList<>(shards);
        rest.removeIf(shard -> shard.shardId().compareTo(shardId) <= 0);
        return rest;
    }

    private Reply splitShard(Parameters in) {
        String shardId = in.requiredText("ShardToSplit");
        String hashKey =
                Constraint.pattern("newStartingHashKey", in.requiredText("NewStartingHashKey"), Constraint.HASH_KEY);
        kinesis.splitShard(in.stream(), shardId, new BigInteger(hashKey));
        return Reply.EMPTY;
    }

    private Reply mergeShards(Parameters in) {
        kinesis.mergeShards(in.stream(), in.requiredText("ShardToMerge"), in.requiredText("AdjacentShardToMerge"));
        return Reply.EMPTY;
    }

    private Reply updateShardCount(Parameters in) {
        String name = in.stream();
        int target = in.requiredInteger("TargetShardCount", 1, EmbeddedKinesis.SHARD_LIMIT);
        Constraint.oneOf("scalingType", in.requiredText("ScalingType"), ScalingType.class);
        int before = kinesis.describe(name).openShards().size();
        kinesis.updateShardCount(name, target);
        return out -> out.text("StreamName", name)
                .number("CurrentShardCount", before)
                .number("TargetShardCount", target)
                .text("StreamARN", Parameters.arn(name));
    }

    static void write(WireWriter out, ShardDescription shard) throws IOException {
        out.text("ShardId", shard.shardId())
                .text("ParentShardId", shard.parentShardId())
                .text("AdjacentParentShardId", shard.adjacentParentShardId())
                .object("HashKeyRange", range -> writeHashKeys(range, shard))
                .object(
                        "SequenceNumberRange",
                        range -> range.text("StartingSequenceNumber", shard.startingSequenceNumber())
                                .text("EndingSequenceNumber", shard.endingSequenceNumber()));
    }

    /** The shard that ShardId says. */
    static String shardId(Parameters in) {
        String shardId = Constraint.pattern("shardId", in.requiredText("ShardId"), Constraint.SHARD_ID);
        return Constraint.length("shardId", shardId, 1, 128);
    }

    /** The shards that follow one that has been read to its end, if there are any. */
    static void writeChildren(WireWriter out, List<ShardDescription> children) throws IOException {
        if (!children.isEmpty()) {
            out.objects("ChildShards", children, child -> writeChild(out, child));
        }
    }

    private static void writeChild(WireWriter out, ShardDescription shard) throws IOException {
        List<String> parents = new ArrayList<>();
        for (String parent : new String[] {shard.parentShardId(), shard.adjacentParentShardId()}) {
            if (parent != null) {
                parents.add(parent);
            }
        }
        out.text("ShardId", shard.shardId())
                .texts("ParentShards", parents)
                .object("HashKeyRange", range -> writeHashKeys(range, shard));
    }

    private static void writeHashKeys(WireWriter out, ShardDescription shard) throws IOException {
        out.text("StartingHashKey", shard.hashStart().toString())
                .text("EndingHashKey", shard.hashEnd().toString());
    }
}

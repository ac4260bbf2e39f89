package dev.millrace.lambda;

import dev.millrace.driver.ShardInfo;
import dev.millrace.driver.StreamShards;
import dev.millrace.engine.HashRange;
import dev.millrace.engine.Position;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;

/** The shards of a stage's input stream. */
record SourceShards(KinesisClient kinesis, String stream) implements StreamShards {
    Shard shard(String shardId) {
        return new Shard(kinesis, stream, shardId);
    }

    @Override
    public List<ShardInfo> list() {
        List<ShardInfo> shards = new ArrayList<>();
        @Nullable String token = null;
        do {
            ListShardsRequest.Builder request = ListShardsRequest.builder();
            ListShardsResponse response =
                    kinesis.listShards((token == null ? request.streamName(stream) : request.nextToken(token)).build());
            response.shards().forEach(shard -> shards.add(info(shard)));
            token = response.nextToken();
        } while (token != null);
        return shards;
    }

    @Override
    public boolean isReadAfter(String shardId, @Nullable Position position) {
        return shard(shardId).isReadAfter(position);
    }

    private static ShardInfo info(software.amazon.awssdk.services.kinesis.model.Shard shard) {
        return new ShardInfo(
                shard.shardId(),
                Stream.of(shard.parentShardId(), shard.adjacentParentShardId())
                        .filter(Objects::nonNull)
                        .toList(),
                new HashRange(
                        new BigInteger(shard.hashKeyRange().startingHashKey()),
                        new BigInteger(shard.hashKeyRange().endingHashKey())),
                shard.sequenceNumberRange().endingSequenceNumber() == null);
    }
}

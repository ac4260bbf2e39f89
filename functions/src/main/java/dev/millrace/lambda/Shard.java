package dev.millrace.lambda;

import dev.millrace.driver.IdleProbe;
import dev.millrace.engine.Position;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/** A shard of a stage's input stream, read to find out whether it is idle. */
record Shard(KinesisClient kinesis, String stream, String shardId) implements IdleProbe {
    /** The ids of a stream's shards. */
    static List<String> list(KinesisClient kinesis, String stream) {
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

    @Override
    public boolean isIdleAfter(@Nullable Position position) {
        String iterator = kinesis.getShardIterator(request -> {
                    request.streamName(stream).shardId(shardId);
                    if (position == null) {
                        request.shardIteratorType(ShardIteratorType.TRIM_HORIZON);
                    } else {
                        request.shardIteratorType(ShardIteratorType.AFTER_SEQUENCE_NUMBER)
                                .startingSequenceNumber(position.sequenceNumber());
                    }
                })
                .shardIterator();
        GetRecordsResponse response =
                kinesis.getRecords(request -> request.shardIterator(iterator).limit(1));
        Long lag = response.millisBehindLatest();
        return response.records().isEmpty() && lag != null && lag == 0;
    }
}

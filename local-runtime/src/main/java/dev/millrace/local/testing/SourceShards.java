package dev.millrace.local.testing;

import dev.millrace.local.aws.AwsClients;
import dev.millrace.local.aws.PipelineResources;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** Splits and merges the open shards of a stream, by their places in the order of their hash keys. */
record SourceShards(AwsClients clients, String stream) {
    List<Shard> open() {
        return new AwsData(clients)
                .shards(stream).stream()
                        .filter(shard -> shard.sequenceNumberRange().endingSequenceNumber() == null)
                        .sorted(Comparator.comparing(SourceShards::first))
                        .toList();
    }

    private static BigInteger first(Shard shard) {
        return new BigInteger(shard.hashKeyRange().startingHashKey());
    }

    void split(int index) {
        List<Shard> open = open();
        Shard shard = open.get(checked(index, open.size()));
        BigInteger middle = first(shard)
                .add(new BigInteger(shard.hashKeyRange().endingHashKey()))
                .shiftRight(1);
        clients.kinesis()
                .splitShard(request ->
                        request.streamName(stream).shardToSplit(shard.shardId()).newStartingHashKey(middle.toString()));
        PipelineResources.awaitStream(clients, stream);
    }

    void merge(int index) {
        List<Shard> open = open();
        checked(index, open.size() - 1);
        clients.kinesis()
                .mergeShards(request -> request.streamName(stream)
                        .shardToMerge(open.get(index).shardId())
                        .adjacentShardToMerge(open.get(index + 1).shardId()));
        PipelineResources.awaitStream(clients, stream);
    }

    private int checked(int index, int end) {
        if (index < 0 || index >= end) {
            throw new IllegalArgumentException("shard " + index + " of stream '" + stream
                    + "': of its open shards, 0 to " + (end - 1) + " can be chosen");
        }
        return index;
    }
}

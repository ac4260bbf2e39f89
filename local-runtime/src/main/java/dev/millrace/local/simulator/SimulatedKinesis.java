package dev.millrace.local.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorResponse;
import software.amazon.awssdk.services.kinesis.model.HashKeyRange;
import software.amazon.awssdk.services.kinesis.model.LimitExceededException;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.SequenceNumberRange;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/** Kinesis as one environment reaches it, with all faults: what handlers need of it. */
final class SimulatedKinesis implements KinesisClient {
    private static final int FAULT_ONE_IN = 60;
    private static final int REFUSED_ONE_IN = 15;

    private final World world;
    private final Caller caller;
    private final Streams streams;

    SimulatedKinesis(World world, Caller caller, Streams streams) {
        this.world = world;
        this.caller = caller;
        this.streams = streams;
    }

    @Override
    public String serviceName() {
        return "kinesis";
    }

    @Override
    public void close() {
        // There is nothing to close.
    }

    @Override
    public PutRecordsResponse putRecords(PutRecordsRequest request) {
        return caller.ask(() -> "puts " + request.records().size() + " records into " + request.streamName(), () -> {
            if (world.happens(Fault.PUT_FAILED, FAULT_ONE_IN)) {
                throw ProvisionedThroughputExceededException.builder()
                        .writableStackTrace(false)
                        .message("the stream is throttled")
                        .statusCode(400)
                        .build();
            }
            if (world.happens(Fault.PUT_DELAYED, FAULT_ONE_IN)) {
                world.delay(() -> request.records().forEach(entry -> append(request.streamName(), entry)));
                throw timedOut();
            }
            List<PutRecordsResultEntry> results = new ArrayList<>();
            for (PutRecordsRequestEntry entry : request.records()) {
                results.add(
                        world.happens(Fault.RECORD_REFUSED, REFUSED_ONE_IN)
                                ? refused()
                                : taken(append(request.streamName(), entry)));
            }
            if (world.happens(Fault.PUT_REPLY_LOST, FAULT_ONE_IN)) {
                throw timedOut();
            }
            return PutRecordsResponse.builder().records(results).build();
        });
    }

    private SimulatedShard append(String stream, PutRecordsRequestEntry entry) {
        return streams.append(
                stream,
                entry.partitionKey(),
                entry.explicitHashKey(),
                entry.data().asByteArrayUnsafe());
    }

    private static PutRecordsResultEntry refused() {
        return PutRecordsResultEntry.builder()
                .errorCode("ProvisionedThroughputExceededException")
                .errorMessage("the shard is throttled")
                .build();
    }

    private PutRecordsResultEntry taken(SimulatedShard shard) {
        return PutRecordsResultEntry.builder()
                .shardId(shard.id)
                .sequenceNumber(Long.toString(streams.lastSequenceNumber()))
                .build();
    }

    @Override
    public ListShardsResponse listShards(ListShardsRequest request) {
        return caller.ask(() -> "lists the shards of " + request.streamName(), () -> {
            failSometimes();
            List<Shard> shards = streams.stream(request.streamName()).shards().stream()
                    .map(SimulatedKinesis::described)
                    .toList();
            return ListShardsResponse.builder().shards(shards).build();
        });
    }

    private static Shard described(SimulatedShard shard) {
        SequenceNumberRange.Builder range = SequenceNumberRange.builder().startingSequenceNumber("1");
        if (!shard.isOpen()) {
            range.endingSequenceNumber("999999999");
        }
        List<SimulatedShard> parents = shard.parents;
        return Shard.builder()
                .shardId(shard.id)
                .parentShardId(parents.isEmpty() ? null : parents.get(0).id)
                .adjacentParentShardId(parents.size() < 2 ? null : parents.get(1).id)
                .hashKeyRange(HashKeyRange.builder()
                        .startingHashKey(shard.firstHashText)
                        .endingHashKey(shard.lastHashText)
                        .build())
                .sequenceNumberRange(range.build())
                .build();
    }

    @Override
    public GetShardIteratorResponse getShardIterator(GetShardIteratorRequest request) {
        return caller.ask(() -> "asks for an iterator of " + request.shardId() + " of " + request.streamName(), () -> {
            failSometimes();
            SimulatedShard shard = streams.stream(request.streamName()).shard(request.shardId());
            int place = request.shardIteratorType() == ShardIteratorType.TRIM_HORIZON
                    ? 0
                    : shard.placeAfter(Long.parseLong(request.startingSequenceNumber()));
            return GetShardIteratorResponse.builder()
                    .shardIterator(iterator(request.streamName(), shard, Math.max(place, shard.firstKept())))
                    .build();
        });
    }

    @Override
    public GetRecordsResponse getRecords(GetRecordsRequest request) {
        return caller.ask(() -> "reads at " + request.shardIterator(), () -> {
            failSometimes();
            List<String> parts = List.of(request.shardIterator().split("/", -1));
            SimulatedShard shard = streams.stream(parts.get(0)).shard(parts.get(1));
            int place = Math.max(Integer.parseInt(parts.get(2)), shard.firstKept());
            boolean hasMore = place < shard.records.size();
            if (hasMore && world.happens(Fault.EMPTY_READ, 4)) {
                return GetRecordsResponse.builder()
                        .records(List.of())
                        .millisBehindLatest(1_000L)
                        .nextShardIterator(request.shardIterator())
                        .build();
            }
            int end = Math.min(shard.records.size(), place + Objects.requireNonNullElse(request.limit(), 10_000));
            List<Record> records = shard.records.subList(place, end).stream()
                    .map(record -> Record.builder()
                            .sequenceNumber(Long.toString(record.sequenceNumber()))
                            .partitionKey(record.partitionKey())
                            .data(SdkBytes.fromByteArrayUnsafe(record.data()))
                            .build())
                    .toList();
            boolean isAtEnd = end == shard.records.size();
            @Nullable String next = isAtEnd && !shard.isOpen() ? null : iterator(parts.get(0), shard, end);
            return GetRecordsResponse.builder()
                    .records(records)
                    .millisBehindLatest(isAtEnd ? 0L : 1_000L)
                    .nextShardIterator(next)
                    .build();
        });
    }

    private static String iterator(String stream, SimulatedShard shard, int place) {
        return stream + "/" + shard.id + "/" + place;
    }

    private void failSometimes() {
        if (world.happens(Fault.SHARD_READ_FAILED, FAULT_ONE_IN)) {
            throw LimitExceededException.builder()
                    .writableStackTrace(false)
                    .message("too many requests")
                    .statusCode(400)
                    .build();
        }
    }

    private static ApiCallTimeoutException timedOut() {
        return ApiCallTimeoutException.builder()
                .writableStackTrace(false)
                .message("no reply in time")
                .build();
    }
}

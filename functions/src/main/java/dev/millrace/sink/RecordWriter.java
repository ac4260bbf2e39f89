package dev.millrace.sink;

import dev.millrace.time.Pause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;

/**
 * Writes records to a Kinesis stream by {@code PutRecords}, and those that it refuses again, until all are written. Not
 * safe for use by several threads.
 */
public final class RecordWriter {
    /** The most records that a request takes. */
    public static final int MAX_REQUEST_RECORDS = 500;
    /** The most bytes that a request takes, partition keys included. */
    public static final int MAX_REQUEST_BYTES = 5 << 20;
    /** The most bytes of a record, partition key included, in a stream that was not told to take larger ones. */
    public static final int MAX_RECORD_BYTES = 1 << 20;

    private static final int MAX_FRUITLESS_REQUESTS = 10;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    /** What the writer promises about the order of records. */
    public enum Order {
        /**
         * Records of one partition key stand in the stream in the order they were given. Kinesis may refuse a record and
         * take a later one of the same request, so a request carries one record of each partition key at most: many
         * records of one key take as many requests.
         */
        WITHIN_PARTITION_KEY,
        /**
         * Requests are as full as they can be, in the order given, and what Kinesis refuses is sent again before anything
         * that it has not seen. Records of one key stand in order unless Kinesis refuses one and takes a later one of the
         * same request; {@link #overtaken} counts those.
         */
        WITHIN_PARTITION_KEY_UNLESS_REFUSED
    }

    private final KinesisClient kinesis;
    private final String stream;
    private final Order order;
    private final Pause pause;
    private long written;
    private long writtenBytes;
    private long overtaken;

    public RecordWriter(KinesisClient kinesis, String stream, Order order, Pause pause) {
        this.kinesis = kinesis;
        this.stream = stream;
        this.order = order;
        this.pause = pause;
    }

    /**
     * Returns once all records are written. A record whose request's reply was lost may be there twice.
     *
     * @param records each of at most {@link #MAX_RECORD_BYTES}
     * @throws EmissionException if a record came to another shard than it is meant for, the stream does not exist or cannot be reached, or ten requests in a row, with pauses of
     *     50 ms to 2 s between them, had no record accepted
     */
    public void write(List<StreamRecord> records) {
        List<StreamRecord> pending = new ArrayList<>(records);
        int fruitless = 0;
        while (!pending.isEmpty()) {
            List<Integer> chosen = choose(pending);
            List<PutRecordsResultEntry> results =
                    put(chosen.stream().map(pending::get).toList());
            int refused = removeWritten(pending, chosen, results);
            fruitless = refused == chosen.size() ? fruitless + 1 : 0;
            if (fruitless == MAX_FRUITLESS_REQUESTS) {
                throw new EmissionException("stream '" + stream + "' refused " + refused + " records in "
                        + MAX_FRUITLESS_REQUESTS + " requests in a row: " + reasons(results)
                        + ". If it is throttled, give it more shards");
            }
            if (refused > 0) {
                pauseAfter(fruitless);
            }
        }
    }

    /** How many records have been written. */
    public long written() {
        return written;
    }

    /** How many bytes of data have been written, partition keys not counted. */
    public long writtenBytes() {
        return writtenBytes;
    }

    /** How many records Kinesis refused while it took a later one of the same partition key. */
    public long overtaken() {
        return overtaken;
    }

    /** Which of the pending records the next request carries. */
    private List<Integer> choose(List<StreamRecord> pending) {
        List<Integer> chosen = new ArrayList<>();
        Set<String> keys = new HashSet<>();
        long bytes = 0;
        for (int i = 0; i < pending.size() && chosen.size() < MAX_REQUEST_RECORDS; i++) {
            StreamRecord candidate = pending.get(i);
            if (!keys.add(candidate.partitionKey()) && order == Order.WITHIN_PARTITION_KEY) {
                continue;
            }
            bytes += candidate.size();
            if (bytes > MAX_REQUEST_BYTES) {
                break;
            }
            chosen.add(i);
        }
        return chosen;
    }

    private List<PutRecordsResultEntry> put(List<StreamRecord> records) {
        List<PutRecordsRequestEntry> entries = records.stream()
                .map(item -> PutRecordsRequestEntry.builder()
                        .partitionKey(item.partitionKey())
                        .explicitHashKey(item.explicitHashKey())
                        .data(SdkBytes.fromByteArrayUnsafe(item.data()))
                        .build())
                .toList();
        try {
            return kinesis.putRecords(request -> request.streamName(stream).records(entries))
                    .records();
        } catch (ResourceNotFoundException e) {
            throw new EmissionException(
                    "stream '" + stream
                            + "' does not exist here: create it, or check the region, the account and the endpoint",
                    e);
        } catch (SdkException e) {
            throw new EmissionException("cannot write to stream '" + stream + "': " + e.getMessage(), e);
        }
    }

    /** @return how many of the chosen records were refused, and so are pending still */
    private int removeWritten(List<StreamRecord> pending, List<Integer> chosen, List<PutRecordsResultEntry> results) {
        Set<String> writtenLater = new HashSet<>();
        int refused = 0;
        // From the end, so that removing a record leaves the others' places as they are.
        for (int i = chosen.size() - 1; i >= 0; i--) {
            int place = chosen.get(i);
            StreamRecord sent = pending.get(place);
            if (results.get(i).errorCode() == null) {
                checkShard(sent, results.get(i).shardId());
                written++;
                writtenBytes += sent.data().length;
                writtenLater.add(sent.partitionKey());
                pending.remove(place);
            } else {
                refused++;
                overtaken += writtenLater.contains(sent.partitionKey()) ? 1 : 0;
            }
        }
        return refused;
    }

    /** X2: what has come to another shard than was meant is not written. */
    private void checkShard(StreamRecord sent, String shardId) {
        if (sent.shardId() != null && !sent.shardId().equals(shardId)) {
            throw new EmissionException("a record for " + sent.shardId() + " of stream '" + stream + "' came to "
                    + shardId + ": the stream's shards have changed");
        }
    }

    private static String reasons(List<PutRecordsResultEntry> results) {
        Map<String, Long> counts = results.stream()
                .collect(Collectors.groupingBy(
                        result -> result.errorCode() + " (" + result.errorMessage() + ")",
                        LinkedHashMap::new,
                        Collectors.counting()));
        return counts.keySet().stream().limit(3).collect(Collectors.joining(", "));
    }

    private void pauseAfter(int fruitless) {
        Duration doubled = FIRST_PAUSE.multipliedBy(1L << fruitless);
        try {
            pause.pause(doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmissionException("interrupted while waiting to write again to stream '" + stream + "'", e);
        }
    }
}

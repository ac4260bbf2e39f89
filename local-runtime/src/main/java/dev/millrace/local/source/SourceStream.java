package dev.millrace.local.source;

import dev.millrace.local.kinesis.EmbeddedKinesis;
import dev.millrace.local.kinesis.StartingPosition;
import dev.millrace.local.kinesis.StreamRecord;
import java.time.Duration;
import java.util.List;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** A stream that a pipeline reads, wherever it is. Safe for use by several threads. */
public interface SourceStream {
    /** A stream inside this process: a read that waits ends as soon as a record comes. */
    static SourceStream of(EmbeddedKinesis kinesis, String name) {
        return new EmbeddedStream(kinesis, name);
    }

    /** A stream at any endpoint, read by polling: each shard at most five times a second while nothing comes. */
    static SourceStream of(KinesisClient kinesis, String name) {
        return new ClientStream(kinesis, name);
    }

    /**
     * A stream at any endpoint, read by enhanced fan-out: a read that waits ends as soon as records come. A consumer of
     * that name is registered if there is none, and stays registered, which AWS charges for. Nobody else may use it.
     *
     * @param kinesis with an HTTP client of {@code netty-nio-client}, which speaks HTTP/2 unless told otherwise; also to
     *     endpoints without TLS, as the local one, which must then expect it from the first byte. To others, it needs
     *     {@code Protocol.HTTP1_1}. It is not closed with the stream
     */
    static FanOutStream fanOut(KinesisAsyncClient kinesis, String name, String consumerName) {
        return new FanOutStream(kinesis, name, consumerName);
    }

    String name();

    /**
     * All shards, also closed ones.
     *
     * @throws StreamReadException if they cannot be listed
     */
    List<SourceShard> shards();

    /**
     * Where to {@link #read} from.
     *
     * @throws StreamReadException if there is no such shard, or position
     */
    String iterator(String shardId, StartingPosition position);

    /**
     * Reads records. Where there are none, waits for some, in real time, up to the timeout; may return none sooner.
     *
     * @param limit 1 to 10,000 records
     * @throws StreamReadException if they cannot be read, or the iterator has expired
     */
    ShardRead read(String iterator, int limit, Duration timeout) throws InterruptedException;

    /** How long after a put was acknowledged a read of the shard's end may not find it yet. */
    default Duration visibilityLag() {
        return Duration.ZERO;
    }

    /** Whether records go after a while, so that a place may be forgotten, and what is left comes after it. */
    default boolean expires() {
        return true;
    }

    /** What a record takes in memory, about, in bytes. */
    static int heldBytes(StreamRecord record) {
        int overhead = 200;
        return record.data().limit() + record.partitionKey().length() + overhead;
    }

    /** How many bytes of a shard's records, of those last read, as {@link #heldBytes} counts them, can be read again at the least. */
    default long replayableBytes() {
        return Long.MAX_VALUE;
    }

    /** What to call a record in a message, by its place. */
    default String nameOf(String shardId, String sequenceNumber) {
        return "record " + sequenceNumber + " of shard " + shardId + " of " + name();
    }
}

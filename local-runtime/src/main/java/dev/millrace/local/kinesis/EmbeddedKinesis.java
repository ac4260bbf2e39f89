package dev.millrace.local.kinesis;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Kinesis Data Streams inside this process. All methods may be called from any thread, and throw
 * {@link KinesisException} with the error that Kinesis would give. Arguments that have a form on the wire (names, counts,
 * sizes) are checked there; the checks here are those that depend on what exists.
 *
 * <p>Creation and resharding are complete when the method returns. With a data directory, everything that a returned
 * method has done survives the end of the process at any moment (not a power cut: records are not synced one by one).
 */
public final class EmbeddedKinesis implements AutoCloseable {
    /** The account that all streams belong to. */
    public static final String ACCOUNT_ID = "000000000000";

    public static final int MIN_RETENTION_HOURS = 24;
    public static final int MAX_RETENTION_HOURS = 8760;
    /** Shards that all streams together may have open. */
    public static final int SHARD_LIMIT = 1000;

    private static final int MAX_TAGS = 50;

    private final ControlPlane control;
    private final RecordPlane records;
    private final StreamConsumers consumers;

    private EmbeddedKinesis(StreamStorage storage, Clock clock) throws IOException {
        this.control = new ControlPlane(storage, clock);
        this.records = new RecordPlane(control, storage.budget(), clock);
        this.consumers = new StreamConsumers(control, records, clock);
    }

    /**
     * Opens the streams in a directory, which is created if need be. The caller sees to it that no other process uses it.
     *
     * @throws IOException if it cannot be read or written
     */
    public static EmbeddedKinesis inDirectory(Path directory, Clock clock) throws IOException {
        return new EmbeddedKinesis(StreamStorage.inDirectory(directory), clock);
    }

    /** Starts without streams; records are kept on the heap, at most that many bytes, after which puts are refused. */
    public static EmbeddedKinesis inMemory(Clock clock, long limitBytes) {
        try {
            return new EmbeddedKinesis(StreamStorage.onHeap(new MemoryBudget(limitBytes)), clock);
        } catch (IOException e) {
            throw new IllegalStateException("Nothing is read", e);
        }
    }

    /** Creates a stream. */
    public void createStream(String name, int shardCount, boolean onDemand, Map<String, String> tags) {
        requireShards(shardCount);
        control.create(
                new StreamDescription(
                        name, 0, 0, MIN_RETENTION_HOURS, onDemand, new TreeMap<>(tags), List.of(), List.of()),
                shardCount);
    }

    /** Deletes a stream, its records and its consumers, whose subscriptions end. */
    public void deleteStream(String name) {
        control.delete(name, true);
    }

    /** Deletes a stream and its records; refuses with ResourceInUseException if it has consumers. */
    public void deleteStreamWithoutConsumers(String name) {
        control.delete(name, false);
    }

    /** The consumers of streams that have a rate of their own, and what they are sent. */
    public StreamConsumers consumers() {
        return consumers;
    }

    /** The stream as it is now. */
    public StreamDescription describe(String name) {
        return control.describe(name);
    }

    /** Names of all streams, sorted. */
    public List<String> streamNames() {
        return control.names();
    }

    /** How many shards of all streams take new records. */
    public int openShardCount() {
        int count = 0;
        for (Stream stream : control.streams()) {
            count += stream.description().openShards().size();
        }
        return count;
    }

    /**
     * Puts records, each shard's in the order given.
     *
     * @return where each went, in the order of the entries
     * @throws KinesisException LimitExceededException, with nothing stored, if records are kept on the heap and these do
     *     not fit
     */
    public List<PutResult> put(String name, List<PutEntry> entries) {
        return records.put(name, entries);
    }

    /** A token for {@link #read}, good for five minutes. */
    public String shardIterator(String name, String shardId, StartingPosition position) {
        return records.shardIterator(name, shardId, position);
    }

    /**
     * Reads records from where the iterator points.
     *
     * @param limit 1 to 10,000 records; fewer come if they would exceed 10 MiB
     * @throws KinesisException ExpiredIteratorException if the iterator is older than five minutes
     */
    public ReadResult read(String iterator, int limit) {
        return records.read(iterator, limit);
    }

    /**
     * Waits until {@link #read} with this iterator would return a record or the end of the shard. Does not read, and the
     * iterator may be expired.
     *
     * @return false if the timeout, in real time, passed before
     */
    public boolean awaitRecords(String iterator, Duration timeout) throws InterruptedException {
        return records.awaitRecords(iterator, timeout);
    }

    /** Splits an open shard in two; the second begins at that hash key, which must lie well inside the shard. */
    public void splitShard(String name, String shardId, BigInteger newStartingHashKey) {
        requireShards(1);
        control.reshard(name, resharding -> {
            ShardDescription shard = openShard(name, shardId);
            if (newStartingHashKey.compareTo(shard.hashStart().add(BigInteger.ONE)) <= 0
                    || newStartingHashKey.compareTo(shard.hashEnd()) >= 0) {
                throw KinesisException.invalidArgument("NewStartingHashKey " + newStartingHashKey
                        + " used in SplitShard() on shard " + shardId + " in stream " + name + " under account "
                        + ACCOUNT_ID + " is not both greater than one plus the shard's StartingHashKey "
                        + shard.hashStart() + " and less than the shard's EndingHashKey " + shard.hashEnd() + ".");
            }
            resharding.split(shard, newStartingHashKey);
        });
    }

    /** Merges two open shards whose hash keys are adjacent. */
    public void mergeShards(String name, String shardId, String adjacentShardId) {
        control.reshard(name, resharding -> {
            ShardDescription shard = openShard(name, shardId);
            ShardDescription adjacent = openShard(name, adjacentShardId);
            if (!shard.hashEnd().add(BigInteger.ONE).equals(adjacent.hashStart())
                    && !adjacent.hashEnd().add(BigInteger.ONE).equals(shard.hashStart())) {
                throw KinesisException.invalidArgument("Shards " + shardId + " and " + adjacentShardId + " in stream "
                        + name + " under account " + ACCOUNT_ID
                        + " are not an adjacent pair of shards eligible for merging");
            }
            resharding.merge(shard, adjacent);
        });
    }

    /** Brings the stream to that many open shards of equal size; from half to double the present number. */
    public void updateShardCount(String name, int count) {
        int present = describe(name).openShards().size();
        if (count > 2 * present || 2 * count < present) {
            throw KinesisException.invalidArgument("UpdateShardCount cannot scale "
                    + (count > present ? "up over double" : "down below half") + " your current open shard count."
                    + " Current open shard count: " + present + " Target shard count: " + count);
        }
        requireShards(count - present);
        control.reshard(name, resharding -> resharding.scale(count));
    }

    private ShardDescription openShard(String name, String shardId) {
        ShardDescription shard = control.stream(name).description().shard(shardId);
        if (!shard.open()) {
            throw KinesisException.invalidArgument("Shard " + shardId + " in stream " + name + " under account "
                    + ACCOUNT_ID
                    + " has already been merged or split, and thus is not eligible for merging or splitting.");
        }
        return shard;
    }

    private void requireShards(int more) {
        if (openShardCount() + more > SHARD_LIMIT) {
            throw KinesisException.limitExceeded("This request would exceed the shard limit for the account "
                    + ACCOUNT_ID + ". Current shard count for the account: " + openShardCount() + ". Limit: "
                    + SHARD_LIMIT + ". Number of additional shards that would have resulted from this request: " + more
                    + ".");
        }
    }

    /** Keeps records longer than now. */
    public void increaseRetention(String name, int hours) {
        int present = control.stream(name).description().retentionHours();
        if (hours < present) {
            throw KinesisException.invalidArgument("Requested retention period (" + hours + " hours) for stream "
                    + name + " can not be shorter than existing retention period (" + present
                    + " hours). Use DecreaseRetentionPeriod API.");
        }
        control.increaseRetention(name, hours);
    }

    /** Keeps records shorter than now. */
    public void decreaseRetention(String name, int hours) {
        int present = control.stream(name).description().retentionHours();
        if (hours > present) {
            throw KinesisException.invalidArgument("Requested retention period (" + hours + " hours) for stream "
                    + name + " can not be longer than existing retention period (" + present
                    + " hours). Use IncreaseRetentionPeriod API.");
        }
        control.change(name, stream -> stream.withRetentionHours(hours));
    }

    /** Changes the capacity mode, which makes no difference to how the stream works here. */
    public void setOnDemand(String name, boolean onDemand) {
        control.change(name, stream -> stream.withOnDemand(onDemand));
    }

    /** Adds tags, or replaces those with the same keys; a stream can have 50. */
    public void addTags(String name, Map<String, String> tags) {
        changeTags(name, present -> {
            present.putAll(tags);
            return present;
        });
    }

    /** Removes the tags that have one of these keys. */
    public void removeTags(String name, Set<String> keys) {
        changeTags(name, present -> {
            present.keySet().removeAll(keys);
            return present;
        });
    }

    private void changeTags(String name, UnaryOperator<SortedMap<String, String>> change) {
        control.change(name, stream -> stream.withTags(changed(stream.tags(), change, "stream " + name)));
    }

    static SortedMap<String, String> changed(
            SortedMap<String, String> present, UnaryOperator<SortedMap<String, String>> change, String owner) {
        SortedMap<String, String> tags = change.apply(new TreeMap<>(present));
        if (tags.size() > MAX_TAGS) {
            throw KinesisException.invalidArgument("Failed to add tags to " + owner + " under account " + ACCOUNT_ID
                    + " because it cannot have more than " + MAX_TAGS + " tags associated with it.");
        }
        return tags;
    }

    /** Ends all waits and closes all files; afterwards the object must not be used. */
    @Override
    public void close() {
        control.close();
    }
}

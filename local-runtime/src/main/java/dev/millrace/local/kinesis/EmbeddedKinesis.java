package dev.millrace.local.kinesis;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

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

    private static final int MAX_READ_BYTES = 10 * 1024 * 1024;
    private static final Duration ITERATOR_LIFE = Duration.ofMinutes(5);

    private final StreamStorage storage;
    private final Clock clock;
    private final ControlPlane control;
    private final ShardIterators iterators;

    private EmbeddedKinesis(StreamStorage storage, Clock clock) throws IOException {
        this.storage = storage;
        this.clock = clock;
        this.control = new ControlPlane(storage, clock);
        this.iterators = new ShardIterators(control.tokenKey());
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
                new StreamDescription(name, 0, 0, MIN_RETENTION_HOURS, onDemand, new TreeMap<>(tags), List.of()),
                shardCount);
    }

    /** Deletes a stream and its records. */
    public void deleteStream(String name) {
        control.delete(name);
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
        Stream stream = control.stream(name);
        long reserved = reserve(entries);
        @Nullable PutResult[] results = new PutResult[entries.size()];
        try {
            stream.append(entries, results, clock.millis());
            while (Arrays.asList(results).contains(null)) {
                control.awaitChange();
                // Unless it was resharded, it has been deleted.
                stream = control.stream(name);
                stream.append(entries, results, clock.millis());
            }
        } catch (IOException e) {
            throw new KinesisException("The records could not be stored: " + e, e);
        } finally {
            release(reserved, entries, results);
        }
        List<PutResult> done = new ArrayList<>(entries.size());
        for (PutResult result : results) {
            done.add(Objects.requireNonNull(result));
        }
        return done;
    }

    private long reserve(List<PutEntry> entries) {
        MemoryBudget budget = storage.budget();
        if (budget == null) {
            return 0;
        }
        long bytes = entries.stream().mapToLong(ShardLog::storedBytes).sum();
        if (!budget.tryReserve(bytes)) {
            control.streams().forEach(stream -> stream.logs().values().forEach(log -> trim(stream, log)));
            if (!budget.tryReserve(bytes)) {
                throw KinesisException.limitExceeded("The records kept in memory have reached their limit of "
                        + budget.limitBytes() / 1024 / 1024
                        + " MiB. Start with --data-dir <directory> to keep records in"
                        + " files, or delete a stream.");
            }
        }
        return bytes;
    }

    private void release(long reserved, List<PutEntry> entries, @Nullable PutResult[] results) {
        MemoryBudget budget = storage.budget();
        if (budget != null) {
            long stored = 0;
            for (int i = 0; i < results.length; i++) {
                stored += results[i] == null ? 0 : ShardLog.storedBytes(entries.get(i));
            }
            budget.release(reserved - stored);
        }
    }

    /** A token for {@link #read}, good for five minutes. */
    public String shardIterator(String name, String shardId, StartingPosition position) {
        Stream stream = control.stream(name);
        control.describe(name);
        ShardDescription shard = shard(stream.description(), shardId);
        ShardLog log = log(stream, shard.index());
        trim(stream, log);
        long ordinal = new PositionResolver(name, shard, log, clock.millis()).ordinal(position);
        return token(stream, shard.index(), ordinal);
    }

    /**
     * Reads records from where the iterator points.
     *
     * @param limit 1 to 10,000 records; fewer come if they would exceed 10 MiB
     * @throws KinesisException ExpiredIteratorException if the iterator is older than five minutes
     */
    public ReadResult read(String iterator, int limit) {
        ShardIterators.Position position = position(iterator);
        Stream stream = stream(position);
        ShardLog log = log(stream, position.shardIndex());
        trim(stream, log);
        try {
            // Before reading: what is sealed by then has all its records.
            boolean sealed = log.sealed();
            ShardReader.Read read =
                    new ShardReader(log).read(position.shardIndex(), position.ordinal(), limit, MAX_READ_BYTES);
            boolean caughtUp = read.nextOrdinal() >= log.nextOrdinal();
            long behind = caughtUp ? 0 : Math.max(1, clock.millis() - read.lastArrivalMillis());
            StreamDescription description = stream.description();
            if (sealed && caughtUp && !shard(description, position.shardIndex()).open()) {
                List<ShardDescription> children = description.shards().stream()
                        .filter(shard -> shard.isChildOf(position.shardIndex()))
                        .toList();
                return new ReadResult(read.records(), null, 0, children);
            }
            String next = token(stream, position.shardIndex(), read.nextOrdinal());
            return new ReadResult(read.records(), next, behind, List.of());
        } catch (IOException e) {
            throw new KinesisException("The records could not be read: " + e, e);
        }
    }

    /**
     * Waits until {@link #read} with this iterator would return a record or the end of the shard. Does not read, and the
     * iterator may be expired.
     *
     * @return false if the timeout, in real time, passed before
     */
    public boolean awaitRecords(String iterator, Duration timeout) throws InterruptedException {
        ShardIterators.Position position = iterators.decode(iterator);
        return log(stream(position), position.shardIndex()).awaitOrdinal(position.ordinal(), timeout);
    }

    private ShardIterators.Position position(String iterator) {
        ShardIterators.Position position = iterators.decode(iterator);
        long now = clock.millis();
        if (now - position.issuedMillis() > ITERATOR_LIFE.toMillis()) {
            throw new KinesisException(
                    KinesisException.Type.ExpiredIteratorException,
                    "Iterator expired. The iterator was created at time " + position.issuedMillis()
                            + " while right now it is " + now
                            + " which is further in the future than the tolerated delay of "
                            + ITERATOR_LIFE.toMillis() + " milliseconds.");
        }
        return position;
    }

    private Stream stream(ShardIterators.Position position) {
        for (Stream stream : control.streams()) {
            if (stream.description().id() == position.streamId()) {
                return stream;
            }
        }
        throw KinesisException.notFound("The stream of this ShardIterator does not exist any more.");
    }

    private String token(Stream stream, int shardIndex, long ordinal) {
        return iterators.encode(
                new ShardIterators.Position(stream.description().id(), shardIndex, ordinal, clock.millis()));
    }

    private static ShardLog log(Stream stream, int shardIndex) {
        ShardLog log = stream.log(shardIndex);
        if (log == null) {
            throw noShard(stream.description().name(), "with index " + shardIndex);
        }
        return log;
    }

    private void trim(Stream stream, ShardLog log) {
        try {
            log.trim(control.expiryMillis(stream.description()));
        } catch (IOException e) {
            throw new KinesisException("Expired records could not be removed: " + e, e);
        }
    }

    private static ShardDescription shard(StreamDescription stream, String shardId) {
        for (ShardDescription shard : stream.shards()) {
            if (shard.index() == ShardDescription.indexOf(shardId)) {
                return shard;
            }
        }
        throw noShard(stream.name(), shardId);
    }

    private static ShardDescription shard(StreamDescription stream, int index) {
        return stream.shards().stream()
                .filter(shard -> shard.index() == index)
                .findFirst()
                .orElseThrow(() -> noShard(stream.name(), "with index " + index));
    }

    private static KinesisException noShard(String stream, String shard) {
        return KinesisException.notFound(
                "Shard " + shard + " in stream " + stream + " under account " + ACCOUNT_ID + " does not exist");
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
        ShardDescription shard = shard(control.stream(name).description(), shardId);
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
        control.change(name, stream -> {
            SortedMap<String, String> tags = change.apply(new TreeMap<>(stream.tags()));
            if (tags.size() > 50) {
                throw KinesisException.invalidArgument("Failed to add tags to stream " + name + " under account "
                        + ACCOUNT_ID + " because a given stream cannot have more than 50 tags associated with it.");
            }
            return stream.withTags(tags);
        });
    }

    /** Ends all waits and closes all files; afterwards the object must not be used. */
    @Override
    public void close() {
        control.close();
    }
}

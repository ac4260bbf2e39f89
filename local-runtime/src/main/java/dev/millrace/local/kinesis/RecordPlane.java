package dev.millrace.local.kinesis;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Putting and getting records, as {@link EmbeddedKinesis} promises it. */
final class RecordPlane {
    private static final int MAX_READ_BYTES = 10 * 1024 * 1024;
    private static final Duration ITERATOR_LIFE = Duration.ofMinutes(5);

    private final ControlPlane control;
    private final @Nullable MemoryBudget budget;
    private final Clock clock;
    private final ShardIterators iterators;

    RecordPlane(ControlPlane control, @Nullable MemoryBudget budget, Clock clock) {
        this.control = control;
        this.budget = budget;
        this.clock = clock;
        this.iterators = new ShardIterators(control.tokenKey());
    }

    List<PutResult> put(String name, List<PutEntry> entries) {
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
        MemoryBudget budget = this.budget;
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
        MemoryBudget budget = this.budget;
        if (budget != null) {
            long stored = 0;
            for (int i = 0; i < results.length; i++) {
                stored += results[i] == null ? 0 : ShardLog.storedBytes(entries.get(i));
            }
            budget.release(reserved - stored);
        }
    }

    String shardIterator(String name, String shardId, StartingPosition position) {
        Place place = place("GetShardIterator", name, shardId, position);
        return token(place);
    }

    /** Where in a shard one reads next. */
    record Place(Stream stream, int shardIndex, long ordinal) {
        Place at(long newOrdinal) {
            return new Place(stream, shardIndex, newOrdinal);
        }

        /** The number of the record before, if there is one. */
        String lastSequenceNumber() {
            return new SequenceNumber(ordinal - 1, shardIndex).toString();
        }
    }

    /** Where a position is, for an action whose errors name it. */
    Place place(String action, String name, String shardId, StartingPosition position) {
        Stream stream = control.stream(name);
        control.describe(name);
        ShardDescription shard = stream.description().shard(shardId);
        ShardLog log = log(stream, shard.index());
        trim(stream, log);
        long ordinal = new PositionResolver(action, name, shard, log, clock.millis()).ordinal(position);
        return new Place(stream, shard.index(), ordinal);
    }

    ReadResult read(String iterator, int limit) {
        ShardIterators.Position position = position(iterator);
        Step step = read(new Place(stream(position), position.shardIndex(), position.ordinal()), limit, MAX_READ_BYTES);
        Place next = step.next();
        return new ReadResult(
                step.records(), next == null ? null : token(next), step.behindMillis(), step.childShards());
    }

    /** What a read found, as {@link ReadResult} has it, and the place to read on from; null at the end of the shard. */
    record Step(
            List<StreamRecord> records, @Nullable Place next, long behindMillis, List<ShardDescription> childShards) {}

    /** Reads at most so many records, and so many bytes of keys and data (but one record at least). */
    Step read(Place from, int limit, long maxBytes) {
        Stream stream = from.stream();
        ShardLog log = log(stream, from.shardIndex());
        trim(stream, log);
        try {
            // Before reading: what is sealed by then has all its records.
            boolean sealed = log.sealed();
            ShardReader.Read read = new ShardReader(log).read(from.shardIndex(), from.ordinal(), limit, maxBytes);
            boolean caughtUp = read.nextOrdinal() >= log.nextOrdinal();
            long behind = caughtUp ? 0 : Math.max(1, clock.millis() - read.lastArrivalMillis());
            StreamDescription description = stream.description();
            if (sealed && caughtUp && !open(description, from.shardIndex())) {
                List<ShardDescription> children = description.shards().stream()
                        .filter(shard -> shard.isChildOf(from.shardIndex()))
                        .toList();
                return new Step(read.records(), null, 0, children);
            }
            return new Step(read.records(), from.at(read.nextOrdinal()), behind, List.of());
        } catch (IOException e) {
            throw new KinesisException("The records could not be read: " + e, e);
        }
    }

    boolean awaitRecords(String iterator, Duration timeout) throws InterruptedException {
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

    private String token(Place place) {
        return iterators.encode(new ShardIterators.Position(
                place.stream().description().id(), place.shardIndex(), place.ordinal(), clock.millis()));
    }

    static ShardLog log(Stream stream, int shardIndex) {
        ShardLog log = stream.log(shardIndex);
        if (log == null) {
            throw stream.description().noShard("with index " + shardIndex);
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

    private static boolean open(StreamDescription stream, int shardIndex) {
        return stream.openShards().stream().anyMatch(shard -> shard.index() == shardIndex);
    }
}

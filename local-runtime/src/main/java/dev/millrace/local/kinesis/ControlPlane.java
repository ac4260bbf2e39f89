package dev.millrace.local.kinesis;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Which streams and shards exist. Every change is first worked out, then written to the catalog, then put in place; so a
 * crash leaves either the old state or the new one. Changes come one at a time; lookups never wait for them.
 */
final class ControlPlane {
    private final StreamStorage storage;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Stream> streams = new ConcurrentSkipListMap<>();
    private Catalog catalog;

    /** Opens what the storage holds. */
    ControlPlane(StreamStorage storage, Clock clock) throws IOException {
        this.storage = storage;
        this.clock = clock;
        this.catalog = storage.readCatalog();
        for (StreamDescription description : catalog.streams()) {
            Stream stream = new Stream(description);
            for (ShardDescription shard : description.shards()) {
                stream.add(shard.index(), ShardLog.open(storage.segments(description.id(), shard.index()), shard));
            }
            streams.put(description.name(), stream);
        }
    }

    String tokenKey() {
        return catalog.tokenKey();
    }

    /** The stream of that name, or ResourceNotFoundException. */
    Stream stream(String name) {
        Stream stream = streams.get(name);
        if (stream == null) {
            throw KinesisException.notFound(
                    "Stream " + name + " under account " + EmbeddedKinesis.ACCOUNT_ID + " not found.");
        }
        return stream;
    }

    /** Whether this stream still exists, and is no other of the same name. */
    boolean has(Stream stream) {
        return streams.get(stream.description().name()) == stream;
    }

    Iterable<Stream> streams() {
        return streams.values();
    }

    List<String> names() {
        return List.copyOf(streams.keySet());
    }

    /** Waits until a change in progress is in place. */
    void awaitChange() {
        locked(() -> {});
    }

    void create(StreamDescription wanted, int shardCount) {
        locked(() -> {
            if (streams.containsKey(wanted.name())) {
                throw new KinesisException(
                        KinesisException.Type.ResourceInUseException,
                        "Stream " + wanted.name() + " under account " + EmbeddedKinesis.ACCOUNT_ID
                                + " already exists.");
            }
            long id = catalog.nextStreamId();
            List<ShardDescription> shards = Resharding.fresh(shardCount, clock.millis(), catalog.ordinalFloor());
            StreamDescription description = new StreamDescription(
                    wanted.name(),
                    id,
                    clock.millis(),
                    wanted.retentionHours(),
                    wanted.onDemand(),
                    wanted.tags(),
                    shards,
                    List.of());
            Stream stream = new Stream(description);
            addLogs(stream, description);
            write(id + 1, catalog.ordinalFloor(), wanted.name(), description);
            streams.put(wanted.name(), stream);
        });
    }

    /** Deletes a stream; one that has consumers only if they are to go with it. */
    void delete(String name, boolean withConsumers) {
        locked(() -> {
            Stream stream = stream(name);
            int consumers = stream.description().consumers().size();
            if (consumers > 0 && !withConsumers) {
                throw new KinesisException(
                        KinesisException.Type.ResourceInUseException,
                        "Stream " + name + " under account " + EmbeddedKinesis.ACCOUNT_ID + " has " + consumers
                                + " registered consumers. Deregister them, or set EnforceConsumerDeletion.");
            }
            long floor = catalog.ordinalFloor();
            for (ShardLog log : stream.logs().values()) {
                floor = Math.max(floor, log.seal());
            }
            for (ShardDescription shard : stream.description().shards()) {
                floor = Math.max(floor, shard.endOrdinal() == null ? 0 : shard.endOrdinal());
            }
            write(catalog.nextStreamId(), floor + 1, name, null);
            streams.remove(name);
            stream.logs().values().forEach(ShardLog::delete);
            storage.removeStream(stream.description().id());
        });
    }

    /** Changes anything about a stream but its shards. */
    void change(String name, UnaryOperator<StreamDescription> change) {
        locked(() -> {
            Stream stream = stream(name);
            replace(stream, change.apply(stream.description()));
        });
    }

    /** Increases retention; what has expired by now stays expired. */
    void increaseRetention(String name, int hours) {
        locked(() -> {
            Stream stream = stream(name);
            StreamDescription before = stream.description();
            List<ShardDescription> trimmed = new ArrayList<>();
            for (ShardDescription shard : before.shards()) {
                ShardLog log = stream.log(shard.index());
                if (log != null) {
                    log.trim(expiryMillis(before));
                    trimmed.add(shard.trimmed(log.trimOrdinal()));
                }
            }
            replace(stream, before.withShards(trimmed).withRetentionHours(hours));
        });
    }

    /** Splits and merges shards, after which records go to the new ones. */
    void reshard(String name, Consumer<Resharding> change) {
        locked(() -> {
            Stream stream = stream(name);
            StreamDescription before = stream.description();
            List<ShardLog> sealed = new ArrayList<>();
            int nextIndex = before.shards().get(before.shards().size() - 1).index() + 1;
            Resharding resharding = new Resharding(before.shards(), nextIndex, clock.millis(), shard -> {
                ShardLog log = stream.log(shard.index());
                if (log == null) {
                    return shard.startOrdinal() + 1;
                }
                sealed.add(log);
                return log.seal();
            });
            boolean done = false;
            try {
                change.accept(resharding);
                StreamDescription after = before.withShards(resharding.shards());
                addLogs(stream, after);
                replace(stream, after);
                done = true;
            } finally {
                if (!done) {
                    sealed.forEach(ShardLog::unseal);
                }
            }
        });
    }

    /** The stream as it is now, without the closed shards whose records have all expired. */
    StreamDescription describe(String name) {
        Stream stream = stream(name);
        if (stream.description().shards().stream().anyMatch(shard -> vanished(stream.description(), shard))) {
            locked(() -> removeVanished(stream));
        }
        return stream.description();
    }

    /** Records that arrived before this time have expired. */
    long expiryMillis(StreamDescription stream) {
        return clock.millis() - Duration.ofHours(stream.retentionHours()).toMillis();
    }

    private boolean vanished(StreamDescription stream, ShardDescription shard) {
        Long closedMillis = shard.closedMillis();
        return closedMillis != null && closedMillis < expiryMillis(stream);
    }

    private void removeVanished(Stream stream) throws IOException {
        StreamDescription before = stream.description();
        if (streams.get(before.name()) != stream) {
            return;
        }
        List<ShardDescription> gone = before.shards().stream()
                .filter(shard -> vanished(before, shard))
                .toList();
        replace(
                stream,
                before.withShards(before.shards().stream()
                        .filter(shard -> !gone.contains(shard))
                        .toList()));
        for (ShardDescription shard : gone) {
            ShardLog log = stream.remove(shard.index());
            if (log != null) {
                log.delete();
            }
            storage.removeShard(before.id(), shard.index());
        }
    }

    private void addLogs(Stream stream, StreamDescription description) throws IOException {
        for (ShardDescription shard : description.shards()) {
            if (stream.log(shard.index()) == null) {
                stream.add(shard.index(), ShardLog.open(storage.segments(description.id(), shard.index()), shard));
            }
        }
    }

    private void replace(Stream stream, StreamDescription after) throws IOException {
        write(catalog.nextStreamId(), catalog.ordinalFloor(), after.name(), after);
        stream.describe(after);
    }

    private void write(long nextStreamId, long ordinalFloor, String name, @Nullable StreamDescription with)
            throws IOException {
        List<StreamDescription> descriptions = new ArrayList<>();
        for (Stream stream : streams.values()) {
            if (!stream.description().name().equals(name)) {
                descriptions.add(stream.description());
            }
        }
        if (with != null) {
            descriptions.add(with);
        }
        Catalog next = catalog.with(nextStreamId, ordinalFloor, descriptions);
        storage.writeCatalog(next);
        catalog = next;
    }

    private interface Change {
        void run() throws IOException;
    }

    private void locked(Change change) {
        lock.lock();
        try {
            change.run();
        } catch (IOException e) {
            throw new KinesisException("The change could not be stored: " + e, e);
        } finally {
            lock.unlock();
        }
    }

    void close() {
        locked(() -> {
            for (Stream stream : streams.values()) {
                for (ShardLog log : stream.logs().values()) {
                    log.close();
                }
            }
        });
    }
}

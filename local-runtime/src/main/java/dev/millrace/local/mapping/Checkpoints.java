package dev.millrace.local.mapping;

import dev.millrace.local.source.SourceShard;
import dev.millrace.local.source.SourceStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How far a mapping has come in each shard, and the mapping's id: a new one wherever the checkpoints begin anew, since what
 * another mapping has moved past says nothing of this one. With a directory both survive the end of the process at any moment.
 * Safe for use by several threads.
 */
public final class Checkpoints {
    private static final String COMPLETE = "complete";
    private static final String ID_FILE = "mapping-id";

    private final @Nullable Path directory;
    private final String mappingId;
    private final Map<String, String> byShard = new ConcurrentHashMap<>();

    private Checkpoints(@Nullable Path directory, String mappingId) {
        this.directory = directory;
        this.mappingId = mappingId;
    }

    public static Checkpoints inMemory() {
        return new Checkpoints(null, UUID.randomUUID().toString());
    }

    /**
     * Checkpoints in a directory, which is created if need be.
     *
     * @throws UncheckedIOException if it cannot be read or written
     */
    public static Checkpoints inDirectory(Path directory) {
        try {
            Files.createDirectories(directory);
            String id = read(directory.resolve(ID_FILE)).orElse("");
            if (id.isEmpty()) {
                id = UUID.randomUUID().toString();
                replace(directory, ID_FILE, id);
            }
            return new Checkpoints(directory, id);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Identifies the mapping for as long as its checkpoints last. */
    public String mappingId() {
        return mappingId;
    }

    /** The sequence number of the last record done. */
    Optional<String> lastDone(String shardId) {
        return get(shardId).filter(text -> !text.startsWith(COMPLETE));
    }

    /** Whether a record is done: it, or one after it, or all of its shard. */
    public boolean isDone(String shardId, BigInteger sequenceNumber) {
        return get(shardId)
                .filter(text -> text.startsWith(COMPLETE) || new BigInteger(text).compareTo(sequenceNumber) >= 0)
                .isPresent();
    }

    /** Whether the shard is closed and all of it is done: this very one, and none of a stream that had its name before. */
    boolean isComplete(SourceShard shard) {
        return !shard.open()
                && get(shard.shardId())
                        .filter(text -> text.equals(completion(shard)))
                        .isPresent();
    }

    /** The shards whose time has come, and is not over: all that they came of is done, and they are not. */
    List<SourceShard> due(List<SourceShard> shards) {
        return shards.stream()
                .filter(shard -> !isComplete(shard)
                        && shards.stream()
                                .filter(other -> shard.parents().contains(other.shardId()))
                                .allMatch(this::isComplete))
                .toList();
    }

    void done(String shardId, String sequenceNumber) {
        put(shardId, sequenceNumber);
    }

    void complete(SourceShard shard) {
        put(shard.shardId(), completion(shard));
    }

    /**
     * All of a shard is done that has been read to its end.
     *
     * @return false if it is still open: where it is another one, of a stream that was made again
     */
    boolean completeIfClosed(SourceStream stream, String shardId) {
        SourceShard closed = stream.shards().stream()
                .filter(shard -> shard.shardId().equals(shardId) && !shard.open())
                .findFirst()
                .orElse(null);
        if (closed != null) {
            complete(closed);
        }
        return closed != null;
    }

    private static String completion(SourceShard shard) {
        return COMPLETE + " " + shard.end();
    }

    private Optional<String> get(String shardId) {
        String known = byShard.get(shardId);
        Path files = directory;
        if (known != null || files == null) {
            return Optional.ofNullable(known);
        }
        try {
            return read(files.resolve(shardId));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void put(String shardId, String text) {
        Path files = directory;
        if (files != null) {
            try {
                replace(files, shardId, text);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        byShard.put(shardId, text);
    }

    private static Optional<String> read(Path file) throws IOException {
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** A rename is all or nothing, so that no end of the process leaves half a checkpoint. */
    private static void replace(Path directory, String name, String text) throws IOException {
        Path temporary = directory.resolve(name + ".new");
        Files.writeString(temporary, text);
        Files.move(
                temporary,
                directory.resolve(name),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }
}

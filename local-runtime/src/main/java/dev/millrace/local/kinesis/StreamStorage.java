package dev.millrace.local.kinesis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where streams live: in a data directory ({@code catalog.json}, and {@code streams/<stream id>/<shard index>/}), or on
 * the heap. Streams have numbers for directories because their names may differ by case only, or be {@code ..}.
 */
final class StreamStorage {
    private final @Nullable Path directory;
    private final @Nullable MemoryBudget budget;

    private StreamStorage(@Nullable Path directory, @Nullable MemoryBudget budget) {
        this.directory = directory;
        this.budget = budget;
    }

    static StreamStorage inDirectory(Path directory) {
        return new StreamStorage(directory, null);
    }

    static StreamStorage onHeap(MemoryBudget budget) {
        return new StreamStorage(null, budget);
    }

    /** What bounds records on the heap; null if they are in files. */
    @Nullable
    MemoryBudget budget() {
        return budget;
    }

    Catalog readCatalog() throws IOException {
        if (directory == null) {
            return Catalog.empty();
        }
        Files.createDirectories(directory);
        Path streams = directory.resolve("streams");
        if (!Catalog.exists(directory)) {
            if (!children(streams).isEmpty()) {
                throw new IOException(directory + " holds streams, but their catalog.json is missing. Put it back, or"
                        + " use another data directory.");
            }
            // Written before any stream, so that its absence later is recognised as damage.
            Catalog.empty().write(directory);
        }
        Catalog catalog = Catalog.read(directory);
        removeOrphans(streams, catalog);
        return catalog;
    }

    void writeCatalog(Catalog catalog) throws IOException {
        if (directory != null) {
            catalog.write(directory);
        }
    }

    SegmentStore segments(long streamId, int shardIndex) throws IOException {
        if (directory == null) {
            return new SegmentStore.OnHeap(Objects.requireNonNull(budget));
        }
        Path shard = streamDirectory(directory, streamId).resolve(Integer.toString(shardIndex));
        Files.createDirectories(shard);
        return new SegmentStore.InDirectory(shard);
    }

    /** Removes what is left of a deleted stream. */
    void removeStream(long streamId) throws IOException {
        if (directory != null) {
            removeTree(streamDirectory(directory, streamId));
        }
    }

    /** Removes what is left of a shard that has vanished. */
    void removeShard(long streamId, int shardIndex) throws IOException {
        if (directory != null) {
            removeTree(streamDirectory(directory, streamId).resolve(Integer.toString(shardIndex)));
        }
    }

    private static Path streamDirectory(Path directory, long streamId) {
        return directory.resolve("streams").resolve(Long.toString(streamId));
    }

    /** Removes what a crash between a change of the catalog and the matching change of the directories has left. */
    private static void removeOrphans(Path streams, Catalog catalog) throws IOException {
        Set<Path> known = new HashSet<>();
        for (StreamDescription stream : catalog.streams()) {
            Path directory = streams.resolve(Long.toString(stream.id()));
            known.add(directory);
            stream.shards().forEach(shard -> known.add(directory.resolve(Integer.toString(shard.index()))));
        }
        for (Path stream : children(streams)) {
            if (!known.contains(stream)) {
                removeTree(stream);
            }
            for (Path shard : children(stream)) {
                if (!known.contains(shard)) {
                    removeTree(shard);
                }
            }
        }
    }

    private static List<Path> children(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (java.util.stream.Stream<Path> children = Files.list(directory)) {
            return children.toList();
        }
    }

    private static void removeTree(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        try (java.util.stream.Stream<Path> tree = Files.walk(root)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}

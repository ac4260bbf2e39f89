package dev.millrace.local.kinesis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a shard's segments, and finds again those of an earlier process. */
sealed interface SegmentStore {
    /** How large a segment may grow before the next one is begun. */
    int segmentBytes();

    /** The segments that exist, oldest first, with the newest ready for appends; possibly none. */
    Recovered recover() throws IOException;

    /** Makes a new segment to append to; {@code previousLength} is that of the one before it, or -1. */
    Segment create(long baseOrdinal, int previousLength) throws IOException;

    /** What an earlier process left: its segments, and the ordinal for the next record (0 if there are no segments). */
    record Recovered(List<Segment> segments, long nextOrdinal) {}

    /** Segments on the heap. */
    record OnHeap(MemoryBudget budget) implements SegmentStore {
        @Override
        public int segmentBytes() {
            // Small, because memory comes back a segment at a time when records expire.
            return 1024 * 1024;
        }

        @Override
        public Recovered recover() {
            return new Recovered(List.of(), 0);
        }

        @Override
        public Segment create(long baseOrdinal, int previousLength) {
            return new HeapSegment(baseOrdinal, budget);
        }
    }

    /** Segments in a directory of the shard's own. */
    record InDirectory(Path directory) implements SegmentStore {
        private static final Logger LOG = LoggerFactory.getLogger(SegmentStore.class);

        @Override
        public int segmentBytes() {
            return 16 * 1024 * 1024;
        }

        @Override
        public Segment create(long baseOrdinal, int previousLength) throws IOException {
            return FileSegment.create(directory, baseOrdinal, previousLength);
        }

        @Override
        public Recovered recover() throws IOException {
            Files.createDirectories(directory);
            List<Path> files = segmentFiles();
            List<Segment> segments = new ArrayList<>();
            FileSegment newest = null;
            for (Path file : files) {
                FileSegment segment = FileSegment.open(file);
                boolean follows = segment != null && (newest == null || newest.length() == segment.previousLength());
                if (!follows && newest != null) {
                    // A torn header is a crash at the start of a segment. Anything else is a copy made while records
                    // were being written; the records up to the first gap are kept, as a crash then would have.
                    discardFrom(file, files);
                    break;
                }
                newest = segment == null ? emptied(file) : segment;
                segments.add(newest);
            }
            return new Recovered(segments, newest == null ? 0 : newest.recover() + 1);
        }

        /** The only segment, with a torn header: its name still tells its base, which must not be lost. */
        private FileSegment emptied(Path file) throws IOException {
            String name = file.getFileName().toString();
            long base = Long.parseLong(name.substring(0, name.length() - FileSegment.SUFFIX.length()));
            return FileSegment.create(directory, base, -1);
        }

        private static void discardFrom(Path first, List<Path> files) throws IOException {
            for (Path file : files.subList(files.indexOf(first), files.size())) {
                if (Files.size(file) > FileSegment.HEADER_BYTES) {
                    LOG.warn("{} does not follow the segment before it, and is removed", file);
                }
                Files.delete(file);
            }
        }

        private List<Path> segmentFiles() throws IOException {
            try (Stream<Path> files = Files.list(directory)) {
                return files.filter(file -> file.toString().endsWith(FileSegment.SUFFIX))
                        .sorted()
                        .toList();
            }
        }
    }
}

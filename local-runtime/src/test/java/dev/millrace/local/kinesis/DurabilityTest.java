package dev.millrace.local.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.local.testing.MovableClock;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurabilityTest {
    private static final String FIRST = "shardId-000000000000";
    private final MovableClock clock = new MovableClock(Instant.parse("2026-03-01T12:00:00Z"));

    @TempDir
    Path directory;

    private EmbeddedKinesis open(Path path) throws IOException {
        return EmbeddedKinesis.inDirectory(path, clock);
    }

    private static String put(EmbeddedKinesis kinesis, String text) {
        return kinesis.put("s", List.of(PutEntry.of("k", text.getBytes(StandardCharsets.UTF_8))))
                .get(0)
                .sequenceNumber();
    }

    static List<String> readAll(EmbeddedKinesis kinesis, String shardId) {
        List<String> texts = new ArrayList<>();
        String iterator = kinesis.shardIterator("s", shardId, new StartingPosition.TrimHorizon());
        while (iterator != null) {
            ReadResult read = kinesis.read(iterator, 10_000);
            read.records()
                    .forEach(record -> texts.add(
                            StandardCharsets.UTF_8.decode(record.data()).toString()));
            iterator = read.millisBehindLatest() == 0 ? null : read.nextIterator();
        }
        return texts;
    }

    private Path newestSegment() throws IOException {
        try (java.util.stream.Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(FileSegment.SUFFIX))
                    .sorted()
                    .reduce((a, b) -> b)
                    .orElseThrow();
        }
    }

    @Test
    void whenReopened_thenEverythingIsAsItWas() throws IOException {
        StreamDescription before;
        String last;
        String iterator;
        try (EmbeddedKinesis kinesis = open(directory)) {
            kinesis.createStream("s", 2, true, Map.of("tag", "value"));
            kinesis.splitShard("s", FIRST, BigInteger.TEN);
            kinesis.increaseRetention("s", 100);
            kinesis.consumers().register("s", "c", Map.of("tag", "value"));
            last = put(kinesis, "a");
            iterator = kinesis.shardIterator("s", "shardId-000000000001", new StartingPosition.Latest());
            before = kinesis.describe("s");
        }
        try (EmbeddedKinesis kinesis = open(directory)) {
            assertThat(kinesis.describe("s")).isEqualTo(before);
            assertThat(kinesis.read(iterator, 1).records()).isEmpty();
            assertThat(put(kinesis, "b")).isGreaterThan(last);
        }
    }

    @Test
    void whenTheTailIsTorn_thenItIsCutOffAndAppendsFollow() throws IOException {
        try (EmbeddedKinesis kinesis = open(directory)) {
            kinesis.createStream("s", 1, false, Map.of());
            put(kinesis, "whole");
            put(kinesis, "torn in the end");
        }
        for (int cut = 1; cut < 20; cut += 6) {
            try (RandomAccessFile file = new RandomAccessFile(newestSegment().toFile(), "rw")) {
                file.setLength(file.length() - cut);
            }
            try (EmbeddedKinesis kinesis = open(directory)) {
                assertThat(readAll(kinesis, FIRST)).containsExactly("whole");
                put(kinesis, "after");
                assertThat(readAll(kinesis, FIRST)).containsExactly("whole", "after");
            }
        }
    }

    @Test
    void whenBytesOfTheTailAreDamaged_thenTheyAreNotTakenForARecord() throws IOException {
        try (EmbeddedKinesis kinesis = open(directory)) {
            kinesis.createStream("s", 1, false, Map.of());
            put(kinesis, "whole");
            put(kinesis, "damaged");
        }
        try (RandomAccessFile file = new RandomAccessFile(newestSegment().toFile(), "rw")) {
            file.seek(file.length() - 1);
            file.write('X');
        }
        try (EmbeddedKinesis kinesis = open(directory)) {
            assertThat(readAll(kinesis, FIRST)).containsExactly("whole");
        }
    }

    @Test
    void whenTheDirectoryIsCopiedInMidWrite_thenTheCopyHoldsAPrefixWithoutGaps(@TempDir Path copies) throws Exception {
        AtomicInteger acknowledged = new AtomicInteger();
        try (EmbeddedKinesis kinesis = open(directory)) {
            kinesis.createStream("s", 1, false, Map.of());
            String filler = "x".repeat(4000);
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
                // 48 MB, so that segments are begun while the copies are made.
                for (int i = 0; i < 12_000; i++) {
                    put(kinesis, i + ":" + filler);
                    acknowledged.incrementAndGet();
                }
            });
            int copy = 0;
            while (!writer.isDone()) {
                int before = acknowledged.get();
                Path target = copies.resolve("copy" + copy++);
                copyTree(directory, target);
                try (EmbeddedKinesis reopened = open(target)) {
                    List<String> texts = readAll(reopened, FIRST);
                    assertThat(texts).hasSizeGreaterThanOrEqualTo(before);
                    for (int i = 0; i < texts.size(); i++) {
                        assertThat(texts.get(i)).startsWith(i + ":");
                    }
                }
                deleteTree(target);
            }
            writer.join();
        }
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (java.util.stream.Stream<Path> tree = Files.walk(from)) {
            for (Path path : tree.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target);
                }
            }
        }
    }

    private static void deleteTree(Path root) throws IOException {
        try (java.util.stream.Stream<Path> tree = Files.walk(root)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @Test
    void whenAStreamIsDeletedAndMadeAgain_thenSequenceNumbersGoOn() throws IOException {
        String last;
        try (EmbeddedKinesis kinesis = open(directory)) {
            kinesis.createStream("s", 1, false, Map.of());
            put(kinesis, "a");
            last = put(kinesis, "b");
            kinesis.deleteStream("s");
        }
        try (EmbeddedKinesis kinesis = open(directory)) {
            clock.advance(Duration.ofDays(-1));
            kinesis.createStream("s", 1, false, Map.of());
            assertThat(readAll(kinesis, FIRST)).isEmpty();
            assertThat(put(kinesis, "c")).isGreaterThan(last);
        }
    }

    @Test
    void whenTheCatalogIsMissing_thenNothingIsDeleted() throws IOException {
        try (EmbeddedKinesis kinesis = open(directory)) {
            kinesis.createStream("s", 1, false, Map.of());
        }
        Files.delete(directory.resolve("catalog.json"));
        assertThatThrownBy(() -> open(directory)).hasMessageContaining("catalog.json");
        assertThat(newestSegment()).exists();
    }

    @Test
    void whenEverythingHasExpired_thenSequenceNumbersGoOnAfterReopening() throws IOException {
        String last;
        try (EmbeddedKinesis kinesis = open(directory)) {
            kinesis.createStream("s", 1, false, Map.of());
            last = put(kinesis, "a");
            clock.advance(Duration.ofHours(25));
            assertThat(readAll(kinesis, FIRST)).isEmpty();
        }
        assertThat(newestSegment()).hasSize(FileSegment.HEADER_BYTES);
        try (EmbeddedKinesis kinesis = open(directory)) {
            assertThat(readAll(kinesis, FIRST)).isEmpty();
            assertThat(put(kinesis, "b")).isGreaterThan(last);
            assertThat(readAll(kinesis, FIRST)).containsExactly("b");
        }
    }

    @Test
    void aCatalogOfBeforeThereWereConsumers_hasNone() throws IOException {
        try (EmbeddedKinesis kinesis = open(directory)) {
            kinesis.createStream("s", 1, false, Map.of());
        }
        Path catalog = directory.resolve("catalog.json");
        String old = Files.readString(catalog).replaceFirst(",\\s*\"consumers\" : \\[ \\]", "");
        assertThat(old).doesNotContain("consumers");
        Files.writeString(catalog, old);

        try (EmbeddedKinesis kinesis = open(directory)) {
            assertThat(kinesis.describe("s").consumers()).isEmpty();
        }
    }
}

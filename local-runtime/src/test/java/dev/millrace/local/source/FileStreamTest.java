package dev.millrace.local.source;

import static dev.millrace.local.source.Reading.BEGINNING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.local.kinesis.StartingPosition;
import dev.millrace.local.kinesis.StreamRecord;
import dev.millrace.local.lines.PartitionKeys;
import dev.millrace.local.testing.MovableClock;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file as a stream: what is a record, where it can be read from, and what is wrong with files. */
class FileStreamTest {
    private static final String SHARD = "shardId-000000000000";
    private static final int MIB = 1 << 20;

    private final MovableClock clock = new MovableClock(Instant.parse("2026-01-31T12:00:00.000999Z"));

    @TempDir
    private Path folder = Path.of("");

    private FileStream open(Path file, int shards) {
        return FileStream.open(file, new Dealer(shards), new PartitionKeys("user"), clock);
    }

    private FileStream open(String content) throws IOException {
        return open(write(content), 1);
    }

    private Path write(String content) throws IOException {
        return Files.write(folder.resolve("lines.jsonl"), content.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String numbered(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "{\"user\":\"u" + i % 17 + "\",\"n\":" + i + "}\n")
                .collect(Collectors.joining());
    }

    @Test
    void linesAreRecords_withTheirPartitionKeys_andTheTimeOfReading() throws Exception {
        try (FileStream stream = open("{\"user\":\"ann\"}\r\n\n \t\r\n\u00ff\u00fe not UTF-8\n")) {
            ShardRead first = stream.read(stream.iterator(SHARD, BEGINNING), 1, Duration.ZERO);
            clock.advance(Duration.ofSeconds(-5));
            ShardRead second = stream.read(String.valueOf(first.nextIterator()), 10, Duration.ZERO);

            assertThat(first.records()).extracting(Reading::text).containsExactly("{\"user\":\"ann\"}");
            assertThat(first.records().get(0).partitionKey()).isEqualTo("ann");
            assertThat(first.atTip()).isFalse();
            assertThat(second.records()).extracting(Reading::text).containsExactly("\u00ff\u00fe not UTF-8");
            assertThat(second.nextIterator()).isNull();
            assertThat(second.atTip()).isTrue();
            // Whole milliseconds, which never go back.
            assertThat(List.of(first.records().get(0), second.records().get(0)))
                    .extracting(StreamRecord::approximateArrival)
                    .containsOnly(Instant.parse("2026-01-31T12:00:00Z"));
        }
    }

    @Test
    void anEmptyFile_hasClosedShardsWithoutRecords() throws Exception {
        try (FileStream stream = open("")) {
            assertThat(stream.shards()).noneMatch(SourceShard::open);
            assertThat(Reading.lines(stream)).isEmpty();
        }
    }

    @Test
    void whenReadOnAfterASequenceNumber_thenTheNextLineComes_andFromItTheSame() throws Exception {
        try (FileStream stream = open(numbered(30_000))) {
            List<StreamRecord> all = Reading.toEnd(stream, SHARD, BEGINNING, 10_000);
            assertThat(all).hasSize(30_000);
            for (int i : new int[] {0, 1, 777, 15_000, 29_998, 29_999}) {
                String number = all.get(i).sequenceNumber();
                List<StreamRecord> after =
                        Reading.toEnd(stream, SHARD, new StartingPosition.AfterSequenceNumber(number), 999);
                List<StreamRecord> from =
                        Reading.toEnd(stream, SHARD, new StartingPosition.AtSequenceNumber(number), 10_000);

                assertThat(after).extracting(Reading::text).isEqualTo(texts(all.subList(i + 1, all.size())));
                assertThat(from).extracting(Reading::text).isEqualTo(texts(all.subList(i, all.size())));
            }
            assertThat(Reading.toEnd(stream, SHARD, new StartingPosition.Latest(), 10))
                    .isEmpty();
        }
    }

    private static List<String> texts(List<StreamRecord> records) {
        return records.stream().map(Reading::text).toList();
    }

    /** Blocks are a multiple of 64 bytes. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 62, 63})
    void linesThatBeginOrEndWithABlock_comeOnce(int shift) throws Exception {
        List<String> lines = IntStream.range(0, 10_000)
                .mapToObj(i -> String.format(Locale.ROOT, "%062d", i))
                .toList();
        String first = shift == 0 ? "" : " ".repeat(shift - 1) + "\n";
        try (FileStream stream = open(first + String.join("\r\n", lines) + "\r\n")) {
            assertThat(Reading.lines(stream)).isEqualTo(lines);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-4", "2", "100", "x", "99999999999999999999"})
    void whenNoLineBeginsAtASequenceNumber_thenItIsRefused(String number) throws IOException {
        try (FileStream stream = open("ab\ncd\n")) {
            assertThatThrownBy(() -> stream.iterator(SHARD, new StartingPosition.AfterSequenceNumber(number)))
                    .isInstanceOfSatisfying(
                            StreamReadException.class,
                            e -> assertThat(e.kind()).isEqualTo(StreamReadException.Kind.NO_SUCH_POSITION))
                    .hasMessageContaining("not the file that was read before");
        }
    }

    @Test
    void whenAShardIsNotThere_thenThatIsSaid() throws IOException {
        try (FileStream stream = open("ab\n")) {
            assertThatThrownBy(() -> stream.iterator("shardId-000000000001", BEGINNING))
                    .isInstanceOf(StreamReadException.class)
                    .hasMessageContaining("has 1 shards, and no shardId-000000000001");
        }
    }

    @Test
    void whenTheLastLineHasNoEnd_thenItIsARecord_andAWarningSaysSo() throws Exception {
        String log = Reading.logged(() -> {
            try (FileStream stream = open("whole\nhal")) {
                assertThat(Reading.lines(stream)).containsExactly("whole", "hal");
                assertThat(Reading.lines(stream)).containsExactly("whole", "hal");
            }
            return null;
        });

        assertThat(log).containsOnlyOnce("ends without a line feed: its last line, of 3 bytes");
        assertThat(Reading.logged(() -> Reading.lines(open("whole\n")))).isEmpty();
    }

    @Test
    void whenALineIsTooLong_thenThoseBeforeItCome_andAnErrorNamesIt() throws Exception {
        String longest = "x".repeat(MIB - 16);
        try (FileStream stream = open("a\n\n" + longest + "\nb\n" + longest + "x\nc\n")) {
            ShardRead read = stream.read(stream.iterator(SHARD, BEGINNING), 3, Duration.ZERO);
            String next = String.valueOf(read.nextIterator());

            assertThat(read.records()).extracting(Reading::text).containsExactly("a", longest, "b");
            assertThatThrownBy(() -> stream.read(next, 3, Duration.ZERO))
                    .isInstanceOfSatisfying(
                            StreamReadException.class,
                            e -> assertThat(e.kind()).isEqualTo(StreamReadException.Kind.INVALID))
                    .hasMessageMatching("Line 5 of file .*lines.jsonl has more than 1,048,576 bytes,.*: split .*");
        }
    }

    @Test
    void whenALineHasNoEndForVeryLong_thenItIsNotReadToItsEnd() throws Exception {
        Path file = folder.resolve("zeros");
        try (RandomAccessFile zeros = new RandomAccessFile(file.toFile(), "rw")) {
            // A hole: it takes no space, and would not fit into memory.
            zeros.setLength(64L << 30);
        }
        try (FileStream stream = open(file, 2)) {
            assertThatThrownBy(() -> Reading.shards(stream)).hasMessageContaining("Line 1 of file");
        }
    }

    @Test
    void whenTheFileHasBecomeShorter_thenItsRestCannotBeRead() throws Exception {
        try (FileStream stream = open(numbered(20_000))) {
            ShardRead read = stream.read(stream.iterator(SHARD, BEGINNING), 1, Duration.ZERO);
            write(numbered(100));

            assertThatThrownBy(() -> readOn(stream, read))
                    .isInstanceOf(StreamReadException.class)
                    .hasMessageContaining("has become shorter while it was read");
            assertThatThrownBy(() -> stream.iterator(SHARD, new StartingPosition.AtSequenceNumber("1")))
                    .isInstanceOf(StreamReadException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whenTheFileIsReplacedOrRemoved_thenItsRestIsNotRead(boolean isReplaced) throws Exception {
        try (FileStream stream = open(numbered(20_000))) {
            ShardRead read = stream.read(stream.iterator(SHARD, BEGINNING), 1, Duration.ZERO);
            Path file = Path.of(stream.name());
            if (isReplaced) {
                Path other = Files.writeString(folder.resolve("other"), numbered(30_000));
                Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
            } else {
                Files.delete(file);
            }

            assertThatThrownBy(() -> readOn(stream, read))
                    .isInstanceOf(StreamReadException.class)
                    .hasMessageContaining(isReplaced ? "was replaced by another" : "was removed");
        }
    }

    @Test
    void whatIsAppendedWhileItIsRead_isLeftAlone() throws Exception {
        try (FileStream stream = open("a\nb\n")) {
            Files.writeString(Path.of(stream.name()), "c\n", StandardOpenOption.APPEND);

            assertThat(Reading.lines(stream)).containsExactly("a", "b");
        }
    }

    private static void readOn(FileStream stream, ShardRead read) throws InterruptedException {
        String iterator = read.nextIterator();
        while (iterator != null) {
            iterator = stream.read(iterator, 10_000, Duration.ZERO).nextIterator();
        }
    }

    @Test
    void theEndOfItsShards_tellsItFromOtherContent() throws IOException {
        String before;
        try (FileStream stream = open("a\n")) {
            before = String.valueOf(stream.shards().get(0).end());
        }
        try (FileStream same = open(folder.resolve("lines.jsonl"), 1);
                FileStream other = open("a\nb\n")) {
            assertThat(same.shards().get(0).end()).isEqualTo(before);
            assertThat(other.shards().get(0).end()).isNotEqualTo(before);
        }
    }

    @Test
    void whenAThreadIsInterrupted_thenOthersReadOn() throws Exception {
        try (FileStream stream = open(numbered(20_000))) {
            Thread thread = new Thread(() -> {
                Thread.currentThread().interrupt();
                try {
                    Reading.lines(stream);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            thread.start();
            thread.join();

            assertThat(Reading.lines(stream)).hasSize(20_000);
        }
    }

    @Test
    void whatCannotBeRead_getsAnAnswer() throws Exception {
        assertThatThrownBy(() -> open(folder.resolve("missing"), 1)).hasMessageMatching("there is no file .*missing.*");
        assertThatThrownBy(() -> open(folder, 1)).hasMessageContaining("is a directory: name a file of lines, or -");
        Path byName = Files.writeString(folder.resolve("a.jsonl.gz"), "text");
        assertThatThrownBy(() -> open(byName, 1)).hasMessageContaining("is compressed by gzip: unpack it first");
        Path byContent = Files.write(folder.resolve("b.jsonl"), new byte[] {0x1f, (byte) 0x8b, 8});
        assertThatThrownBy(() -> open(byContent, 1)).hasMessageContaining("gunzip -k");
        assertThatThrownBy(() -> open(Path.of("/dev/null"), 1)).hasMessageContaining("millrace put");
    }
}

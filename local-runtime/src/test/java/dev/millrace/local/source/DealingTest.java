package dev.millrace.local.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.local.kinesis.EmbeddedKinesis;
import dev.millrace.local.kinesis.PutEntry;
import dev.millrace.local.kinesis.StartingPosition;
import dev.millrace.local.kinesis.StreamRecord;
import dev.millrace.local.lines.LineReader;
import dev.millrace.local.lines.PartitionKeys;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterProperty;
import org.jspecify.annotations.Nullable;

/** Each line comes to its shard, in order and once, however it is read: the shard where {@code put} brings it. */
class DealingTest {
    private final Path file;

    DealingTest() throws IOException {
        file = Files.createTempFile("dealing", ".jsonl");
    }

    @AfterProperty
    void delete() throws IOException {
        Files.delete(file);
    }

    /** Lines of all lengths up to some blocks, some blank, some without a key; the last one may have no end. */
    private static String content(Random random) {
        StringBuilder content = new StringBuilder();
        int lines = random.nextInt(400);
        for (int i = 0; i < lines; i++) {
            switch (random.nextInt(12)) {
                case 0 -> content.append(" ".repeat(random.nextInt(3)));
                case 1 -> content.append("plain text ").append(i);
                case 2 ->
                    content.append("{\"user\":\"long\",\"n\":\"")
                            .append("x".repeat(random.nextInt(40) == 0 ? 300_000 : random.nextInt(5_000)))
                            .append(i)
                            .append("\"}");
                default ->
                    content.append("{\"user\":\"u")
                            .append(random.nextInt(9))
                            .append("\",\"n\":")
                            .append(i)
                            .append('}');
            }
            content.append(i + 1 == lines && random.nextBoolean() ? "" : random.nextInt(5) == 0 ? "\r\n" : "\n");
        }
        return content.toString();
    }

    /** What {@code put} sends: from the embedded Kinesis, a list for each shard. */
    private static List<List<StreamRecord>> put(String content, int shards) throws IOException {
        try (EmbeddedKinesis kinesis = EmbeddedKinesis.inMemory(Clock.systemUTC(), 64 << 20)) {
            kinesis.createStream("lines", shards, false, Map.of());
            PartitionKeys keys = new PartitionKeys("user");
            LineReader reader = new LineReader(bytes(content), 1 << 20);
            for (LineReader.Line line = reader.next(); line != null; line = reader.next()) {
                if (!line.isBlank()) {
                    byte[] data = Objects.requireNonNull(line.data());
                    kinesis.put("lines", List.of(PutEntry.of(keys.of(data), data)));
                }
            }
            List<List<StreamRecord>> records = new ArrayList<>();
            for (SourceShard shard : SourceStream.of(kinesis, "lines").shards()) {
                String iterator = kinesis.shardIterator("lines", shard.shardId(), Reading.BEGINNING);
                records.add(kinesis.read(iterator, 10_000).records());
            }
            return records;
        }
    }

    private static ByteArrayInputStream bytes(String content) {
        return new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8));
    }

    @Property(tries = 60)
    void aFilesShards_areThoseOfPut_howeverTheyAreRead(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 9) int shards) throws Exception {
        Random random = new Random(seed);
        String content = content(random);
        Files.writeString(file, content);

        Interleaved read = new Interleaved(random, shards, true);
        SourceStream[] stream = {openFile(shards)};
        // Many have no end, and say so.
        String unused = Reading.logged(() -> read.run(stream[0], () -> stream[0] = openFile(shards)));

        assertSame(read.records, put(content, shards));
    }

    private FileStream openFile(int shards) {
        return FileStream.open(file, new Dealer(shards), new PartitionKeys("user"), Clock.systemUTC());
    }

    @Property(tries = 60)
    void whatComesOnce_isDealtAlike_howeverItIsRead(@ForAll long seed, @ForAll @IntRange(min = 1, max = 9) int shards)
            throws Exception {
        Random random = new Random(seed);
        String content = content(random);

        Interleaved read = new Interleaved(random, shards, false);
        String unused = Reading.logged(() -> {
            SourceStream stream = LineStream.open(
                    LineInput.of("test", bytes(content)),
                    new Dealer(shards),
                    new PartitionKeys("user"),
                    Clock.systemUTC(),
                    1 << 16);
            return read.run(stream, () -> stream);
        });

        assertSame(read.records, put(content, shards));
    }

    private static void assertSame(List<List<StreamRecord>> records, List<List<StreamRecord>> expected) {
        assertThat(records).hasSameSizeAs(expected);
        for (int i = 0; i < records.size(); i++) {
            assertThat(records.get(i))
                    .as("shard %s", i)
                    .extracting(record -> record.partitionKey() + " " + Reading.text(record))
                    .isEqualTo(expected.get(i).stream()
                            .map(record -> record.partitionKey() + " " + Reading.text(record))
                            .toList());
            long last = 0;
            for (StreamRecord record : records.get(i)) {
                assertThat(Long.parseLong(record.sequenceNumber())).isGreaterThan(last);
                last = Long.parseLong(record.sequenceNumber());
            }
        }
    }

    /** Reads shards in turns that chance decides, and now and then begins again after the last record. */
    private static final class Interleaved {
        private final Random random;
        private final List<List<StreamRecord>> records = new ArrayList<>();
        private final List<@Nullable String> iterators = new ArrayList<>();
        private final boolean opensAgain;

        Interleaved(Random random, int shards, boolean opensAgain) {
            this.random = random;
            this.opensAgain = opensAgain;
            for (int i = 0; i < shards; i++) {
                records.add(new ArrayList<>());
            }
        }

        interface Opener {
            SourceStream open();
        }

        List<List<StreamRecord>> run(SourceStream first, Opener opener) throws InterruptedException {
            SourceStream stream = first;
            for (SourceShard shard : stream.shards()) {
                iterators.add(stream.iterator(shard.shardId(), Reading.BEGINNING));
            }
            while (iterators.stream().anyMatch(iterator -> iterator != null)) {
                if (opensAgain && random.nextInt(40) == 0) {
                    stream = opener.open();
                }
                int shard = random.nextInt(iterators.size());
                if (iterators.get(shard) != null && random.nextInt(8) == 0) {
                    iterators.set(shard, again(stream, shard));
                }
                String iterator = iterators.get(shard);
                if (iterator != null) {
                    int limit = 1 + random.nextInt(30);
                    ShardRead read = stream.read(iterator, limit, Duration.ofMillis(random.nextInt(2)));
                    assertThat(read.records().size()).isLessThanOrEqualTo(limit);
                    records.get(shard).addAll(read.records());
                    iterators.set(shard, read.nextIterator());
                }
            }
            return records;
        }

        private String again(SourceStream stream, int shard) {
            List<StreamRecord> read = records.get(shard);
            StartingPosition position = read.isEmpty()
                    ? Reading.BEGINNING
                    : new StartingPosition.AfterSequenceNumber(
                            read.get(read.size() - 1).sequenceNumber());
            return stream.iterator(stream.shards().get(shard).shardId(), position);
        }
    }
}

package dev.millrace.local.source;

import static dev.millrace.local.source.Reading.BEGINNING;
import static dev.millrace.local.source.Reading.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.local.kinesis.StartingPosition;
import dev.millrace.local.kinesis.StreamRecord;
import dev.millrace.local.lines.PartitionKeys;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Lines that come once, as from standard input: when they are there, how many are held, and how they end. */
class LineStreamTest {
    private static final String SHARD = "shardId-000000000000";

    private static LineStream open(InputStream in, int capacityBytes) {
        return LineStream.open(
                LineInput.of("stdin", in),
                new Dealer(1),
                new PartitionKeys(null),
                Clock.fixed(Instant.EPOCH, ZoneOffset.UTC),
                capacityBytes);
    }

    private static LineStream open(String text) {
        return open(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)), 1 << 20);
    }

    @Test
    void linesAreRecordsNumberedFrom1_andTheEndClosesTheShards() throws Exception {
        LineStream stream = open("a\n\n  \nb\u00ff\r\nc\n");

        List<StreamRecord> records = Reading.toEnd(stream, SHARD, BEGINNING, 2);

        assertThat(records).extracting(Reading::text).containsExactly("a", "b\u00ff", "c");
        assertThat(records).extracting(StreamRecord::sequenceNumber).containsExactly("1", "2", "3");
        assertThat(stream.shards()).hasSize(1).noneMatch(SourceShard::open);
    }

    @Test
    @Timeout(30)
    void aRead_isWokenByALine_andByTheEnd() throws Exception {
        PipedOutputStream writer = new PipedOutputStream();
        LineStream stream = open(new PipedInputStream(writer), 1 << 20);
        String start = stream.iterator(SHARD, BEGINNING);
        assertThat(stream.shards()).allMatch(SourceShard::open);
        assertThat(stream.read(start, 10, Duration.ZERO).records()).isEmpty();

        ShardRead first = whileWaiting(stream, start, () -> {
            writer.write("one\n".getBytes(StandardCharsets.UTF_8));
            writer.flush();
        });
        ShardRead end = whileWaiting(stream, String.valueOf(first.nextIterator()), writer::close);

        assertThat(first.records()).extracting(Reading::text).containsExactly("one");
        assertThat(end.records()).isEmpty();
        assertThat(end.nextIterator()).isNull();
    }

    private interface Action {
        void run() throws IOException;
    }

    /** What a read gives that waits, for longer than any test, while something is done. */
    private static ShardRead whileWaiting(LineStream stream, String iterator, Action action) throws Exception {
        FutureTask<ShardRead> read = new FutureTask<>(() -> stream.read(iterator, 10, Duration.ofHours(1)));
        Thread thread = new Thread(read);
        thread.start();
        await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
        action.run();
        return read.get();
    }

    @Test
    void whileNobodyReads_onlySoMuchIsTaken_andReadingMakesRoom() throws Exception {
        CountingInput in = new CountingInput("x".repeat(999) + "\n", 2_000);
        int capacity = 100_000;
        LineStream stream = open(in, capacity);
        await().until(() -> stream.heldBytes() > capacity - 2_000);

        // What the reader itself reads ahead comes on top.
        assertThat(in.taken.get()).isLessThanOrEqualTo(capacity + (1 << 16) + 2_000);
        assertThat(Reading.toEnd(stream, SHARD, BEGINNING, 7)).hasSize(2_000);
        assertThat(in.taken.get()).isEqualTo(2_000_000);
    }

    /** Gives a line again and again. */
    private static final class CountingInput extends InputStream {
        private final byte[] line;
        private final long end;
        private final AtomicLong taken = new AtomicLong();

        CountingInput(String line, int times) {
            this.line = line.getBytes(StandardCharsets.UTF_8);
            this.end = (long) this.line.length * times;
        }

        @Override
        public int read() {
            return taken.get() == end ? -1 : line[(int) (taken.getAndIncrement() % line.length)];
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            int count = 0;
            for (int next = read(); next >= 0; next = count < length ? read() : -1) {
                target[offset + count++] = (byte) next;
            }
            return count == 0 ? -1 : count;
        }
    }

    /** An input that fails at once. */
    private static final class BrokenInput extends InputStream {
        @Override
        public int read() throws IOException {
            throw new IOException("the disk is gone");
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return read();
        }
    }

    @Test
    void whatWasRead_canBeReadAgain_fromWhereItWasCommitted() throws Exception {
        LineStream stream = open("a\nb\nc\nd\n");
        List<StreamRecord> all = Reading.toEnd(stream, SHARD, BEGINNING, 1);

        assertThat(Reading.toEnd(stream, SHARD, new StartingPosition.AfterSequenceNumber("2"), 10))
                .isEqualTo(all.subList(2, 4));
        assertThat(Reading.toEnd(stream, SHARD, BEGINNING, 3)).isEqualTo(all);
        for (String number : new String[] {"5", "-1", "x"}) {
            assertThatThrownBy(() -> stream.iterator(SHARD, new StartingPosition.AfterSequenceNumber(number)))
                    .isInstanceOfSatisfying(
                            StreamReadException.class,
                            e -> assertThat(e.kind()).isEqualTo(StreamReadException.Kind.NO_SUCH_POSITION));
        }
    }

    @Test
    void whatWasReadLongAgo_isForgotten() throws Exception {
        LineStream stream = open(new CountingInput("x".repeat(999) + "\n", 500), 100_000);
        String start = stream.iterator(SHARD, BEGINNING);

        assertThat(Reading.toEnd(stream, SHARD, BEGINNING, 7)).hasSize(500);

        assertThatThrownBy(() -> stream.read(start, 2, PATIENCE))
                .isInstanceOf(StreamReadException.class)
                .hasMessageContaining("it can be read only once");
        assertThatThrownBy(() -> stream.iterator(SHARD, new StartingPosition.AfterSequenceNumber("400")))
                .isInstanceOf(StreamReadException.class);
        assertThat(Reading.toEnd(stream, SHARD, new StartingPosition.AfterSequenceNumber("430"), 100))
                .hasSize(70);
    }

    @Test
    void positionsByTimeAndAtTheTip_areFound() throws Exception {
        LineStream stream = open("a\nb\n");
        await().until(() -> !stream.shards().get(0).open());

        assertThat(texts(stream, new StartingPosition.AtTimestamp(Instant.EPOCH)))
                .containsExactly("a", "b");
        assertThat(texts(stream, new StartingPosition.AtSequenceNumber("2"))).containsExactly("b");
        assertThat(texts(stream, new StartingPosition.Latest())).isEmpty();
    }

    private static List<String> texts(LineStream stream, StartingPosition from) throws InterruptedException {
        return stream.read(stream.iterator(SHARD, from), 10, PATIENCE).records().stream()
                .map(Reading::text)
                .toList();
    }

    @Test
    void whenTheLastLineHasNoEnd_thenItIsARecord_andAWarningSaysSo() throws Exception {
        String log = Reading.logged(() -> {
            assertThat(Reading.lines(open("whole\nhal"))).containsExactly("whole", "hal");
            return null;
        });

        assertThat(log).containsOnlyOnce("Source stdin ended without a line feed: its last line, of 3 bytes");
    }

    @Test
    void whenALineIsTooLong_thenThoseBeforeItCome_andAnErrorNamesIt() throws Exception {
        LineStream stream = open("a\n\n" + "x".repeat(1 << 20) + "\nb\n");

        assertFailsAfter(
                stream, "a", StreamReadException.Kind.INVALID, "Line 3 of source stdin has more than 1,048,576");
    }

    @Test
    void whenInputFails_thenWhatCameBeforeIsRead_andTheShardsStayOpen() throws Exception {
        byte[] before = "a\n".getBytes(StandardCharsets.UTF_8);
        LineStream stream = open(new SequenceInputStream(new ByteArrayInputStream(before), new BrokenInput()), 1 << 20);

        assertFailsAfter(stream, "a", StreamReadException.Kind.UNAVAILABLE, "the disk is gone");
        assertThat(stream.shards()).allMatch(SourceShard::open);
    }

    private static void assertFailsAfter(LineStream stream, String text, StreamReadException.Kind kind, String message)
            throws InterruptedException {
        ShardRead read = stream.read(stream.iterator(SHARD, BEGINNING), 10, PATIENCE);
        @Nullable String next = read.nextIterator();
        assertThat(read.records()).extracting(Reading::text).containsExactly(text);
        assertThat(next).isNotNull();
        assertThatThrownBy(() -> stream.read(String.valueOf(next), 10, PATIENCE))
                .isInstanceOfSatisfying(
                        StreamReadException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContaining(message);
    }

    @Test
    void whenItIsClosed_thenItsShardsDoNotLookAsIfTheyHadEnded() throws Exception {
        CountingInput in = new CountingInput("xy\n", Integer.MAX_VALUE);
        LineStream stream = open(in, 1_000);
        await().until(() -> stream.heldBytes() > 500);
        stream.close();

        assertThatThrownBy(() -> Reading.toEnd(stream, SHARD, BEGINNING, 100))
                .isInstanceOf(StreamReadException.class)
                .hasMessageContaining("was closed");
    }
}

package dev.millrace.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.engine.EntryEnd;
import dev.millrace.engine.HashRange;
import dev.millrace.engine.Part;
import dev.millrace.engine.Parts;
import dev.millrace.engine.Progress;
import dev.millrace.engine.UpstreamId;
import dev.millrace.format.ByteWriter;
import dev.millrace.format.Compression;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The form of what stages send to each other. */
class PackedRecordTest {
    private static final List<EntryEnd.State> STATES = List.of(EntryEnd.State.values());
    private static final UpstreamId FROM = new UpstreamId("source", "shardId-000000000003");
    private static final HashRange RANGE =
            new HashRange(BigInteger.ONE.shiftLeft(127), HashRange.ALL.last().subtract(BigInteger.TWO));
    private static final PackedRecord RECORD = record(new Parts(
            List.of(
                    new Part(0, "counts", bytes("user-1"), -60_000, -60_000, bytes("one")),
                    new Part(1, "counts", bytes("user-12"), 1_700_000_000_000L, 1_700_000_000_000L, bytes("two")),
                    new Part(2, "visits", bytes("user-12"), 1_700_000_000_123L, 1_700_000_060_123L, new byte[0]),
                    new Part(7, "in-all", new byte[0], 0, 0, bytes("five"))),
            new EntryEnd(9, 1_700_000_050_000L, 1_700_000_070_000L, EntryEnd.State.IDLE, -1, Long.MAX_VALUE)));

    private static PackedRecord record(Parts parts) {
        return new PackedRecord("clicks", FROM, "by-user", 2, 1L << 40, RANGE, parts);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A record of any content, with the checksum right. */
    private static byte[] sealed(byte[] content, boolean isDeflated) {
        byte[] body = content;
        if (isDeflated) {
            byte[] into = new byte[content.length];
            body = Arrays.copyOf(into, Compression.deflate(content, into, 0));
            System.arraycopy(into, 0, body, 0, body.length);
        }
        byte method = (byte) (isDeflated ? 1 : 0);
        byte[] head = {'m', 'r', 'x', 1};
        CRC32C crc = new CRC32C();
        crc.update(head);
        crc.update(method);
        crc.update(body);
        return ByteBuffer.allocate(9 + body.length)
                .put(head)
                .putInt((int) crc.getValue())
                .put(method)
                .put(body)
                .array();
    }

    /** What a record says before its parts. */
    private static ByteWriter head() {
        ByteWriter content = new ByteWriter();
        for (String text : List.of("clicks", "source", "shard", "by-user")) {
            content.writeString(text);
        }
        content.writeVarint(1);
        content.writeVarint(1);
        content.writeRaw(new byte[32], 0, 32);
        return content;
    }

    private static void assertUnreadable(byte[] data) {
        assertThatThrownBy(() -> PackedRecord.decode(data))
                .isInstanceOf(UnreadablePackedRecordException.class)
                .hasMessageStartingWith("it ");
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    @Property(tries = 500)
    void whenARecordIsEncoded_thenItDecodesToTheSame(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        List<Part> parts = new ArrayList<>();
        int index = 0;
        StringBuilder prefix = new StringBuilder();
        for (int i = random.nextInt(60); i > 0; i--) {
            index += random.nextInt(4) == 0 ? random.nextInt(1_000) : 0;
            prefix.append("x".repeat(random.nextInt(30)));
            byte[] key = bytes(prefix.substring(random.nextInt(prefix.length() + 1)) + random.nextInt(100));
            long start = random.nextBoolean() ? random.nextLong() : random.nextInt();
            long end = random.nextBoolean() ? start : start + random.nextInt(1 << 30);
            byte[] accumulator = new byte[random.nextInt(40)];
            random.nextBytes(accumulator);
            parts.add(new Part(index++, "operator-" + random.nextInt(12), key, start, end, accumulator));
        }
        EntryEnd.State state = STATES.get(random.nextInt(STATES.size()));
        boolean isIdle = state == EntryEnd.State.IDLE;
        long arrival = random.nextBoolean() ? Progress.NO_TIME : random.nextLong();
        long clear = isIdle ? random.nextLong() : Progress.NO_TIME;
        long gone = isIdle && random.nextBoolean() ? random.nextLong() : Progress.NO_TIME;
        EntryEnd end = new EntryEnd(index, -random.nextInt(100_000), arrival, state, clear, gone);
        PackedRecord record = record(new Parts(parts, random.nextInt(4) == 0 ? null : end));

        assertThat(PackedRecord.decode(record.encode())).isEqualTo(record);
    }

    @ParameterizedTest
    @EnumSource
    void everyStateOfASenderIsKept(EntryEnd.State state) throws Exception {
        long clear = state == EntryEnd.State.IDLE ? 17 : Progress.NO_TIME;
        EntryEnd end = new EntryEnd(0, -5, Progress.NO_TIME, state, clear, Progress.NO_TIME);

        assertThat(PackedRecord.decode(record(new Parts(List.of(), end)).encode())
                        .parts()
                        .end())
                .isEqualTo(end);
    }

    @Test
    void recordsOfVersionOneDecodeForEver() throws Exception {
        try (var in = PackedRecordTest.class.getResourceAsStream("packed-v1.hex")) {
            assertThat(in)
                    .as(
                            "stored example packed-v1.hex; today's is %s",
                            HexFormat.of().formatHex(RECORD.encode()))
                    .isNotNull();
            byte[] stored = HexFormat.of().parseHex(new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip());
            assertThat(PackedRecord.decode(stored)).isEqualTo(RECORD);
        }
    }

    @Test
    void whenAnyByteIsChanged_thenTheRecordIsUnreadable() {
        byte[] encoded = RECORD.encode();
        for (int at = 0; at < encoded.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] changed = encoded.clone();
                changed[at] ^= (byte) (1 << bit);
                assertUnreadable(changed);
            }
        }
    }

    @Test
    void whenARecordIsCutOffOrLonger_thenItIsUnreadable() {
        byte[] encoded = RECORD.encode();
        for (int length = 0; length < encoded.length; length++) {
            assertUnreadable(Arrays.copyOf(encoded, length));
        }
        assertUnreadable(Arrays.copyOf(encoded, encoded.length + 1));
        assertUnreadable(bytes("{\"user\":\"1\"}"));
    }

    /** What the checksum cannot find: content that was never right. */
    @Property(tries = 5_000)
    void whenContentMakesNoSense_thenTheRecordIsUnreadableAndNothingElseHappens(@ForAll long seed) {
        Random random = new Random(seed);
        ByteWriter out = head();
        RECORD.parts().write(out);
        byte[] content = out.toByteArray();
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            content[random.nextInt(content.length)] = (byte) random.nextInt();
        }
        int length = random.nextInt(8) == 0 ? random.nextInt(content.length) : content.length;
        try {
            PackedRecord.decode(sealed(Arrays.copyOf(content, length), false));
        } catch (UnreadablePackedRecordException e) {
            assertThat(e).hasMessageStartingWith("it is damaged (format version 1)");
        }
    }

    @Test
    void whenARecordIsOfANewerVersion_thenTheErrorNamesBothAndSaysWhatToDo() {
        byte[] newer = RECORD.encode();
        newer[3] = 7;

        assertThatThrownBy(() -> PackedRecord.decode(newer))
                .isInstanceOf(UnreadablePackedRecordException.class)
                .hasMessageContaining("version 7")
                .hasMessageContaining("up to 1")
                .hasMessageContaining("deploy");
    }

    @Test
    void aPartTakesLessThanTwentyBytesBesideItsKeyAndAccumulator() {
        // Of what does not compress.
        Random random = new Random(1);
        List<Part> parts = new ArrayList<>();
        int payload = 0;
        for (int i = 0; i < 100; i++) {
            byte[] key = new byte[16];
            byte[] accumulator = new byte[8];
            random.nextBytes(key);
            random.nextBytes(accumulator);
            long start = 1_700_000_000_000L + 60_000L * random.nextInt(1_000);
            parts.add(new Part(3 * i, "per-minute", key, start, start + random.nextInt(60_000), accumulator));
            payload += key.length + accumulator.length;
        }
        EntryEnd end = new EntryEnd(300, 1_700_000_000_000L, 1_700_000_000_001L, EntryEnd.State.ACTIVE, 0, 0);

        int bytes = record(new Parts(parts, end)).encode().length;

        assertThat((bytes - payload) / 100.0).isBetween(1.0, 20.0);
    }

    @Test
    void whenCountsAreHostile_thenNothingIsAllocatedForThem() {
        for (long count : new long[] {1 << 20, Integer.MAX_VALUE, Long.MAX_VALUE, -1}) {
            ByteWriter operators = head();
            operators.writeVarint(count);
            ByteWriter parts = head();
            parts.writeVarint(1);
            parts.writeString("counts");
            parts.writeVarint(count);
            ByteWriter key = head();
            key.writeVarint(1);
            key.writeString("counts");
            key.writeVarint(1);
            key.writeRaw(new byte[2], 0, 2);
            key.writeVarint(0);
            key.writeVarint(count);
            for (ByteWriter content : List.of(operators, parts, key)) {
                byte[] data = sealed(content.toByteArray(), false);
                long before = allocated();
                assertUnreadable(data);
                assertThat(allocated() - before).isLessThan(1 << 20);
            }
        }
    }

    @Test
    void whenMuchIsInflatedFromLittle_thenMemoryIsBounded() {
        byte[] data = sealed(new byte[64 << 20], true);
        assertThat(data.length).isLessThan(1 << 20);
        long before = allocated();
        UnreadablePackedRecordException refused =
                catchThrowableOfType(UnreadablePackedRecordException.class, () -> PackedRecord.decode(data));
        assertThat(allocated() - before).isLessThan(32 << 20);
        assertThat(refused).hasMessageContaining("too large");
    }

    @Test
    void whenKeysGrowFromOneToTheNext_thenMemoryIsBounded() {
        // Each key is the one before and a byte more: a few bytes each in the record, and thousands in memory.
        int count = 20_000;
        ByteWriter content = head();
        content.writeVarint(1);
        content.writeString("counts");
        content.writeVarint(count);
        for (int i = 0; i < count; i++) {
            content.writeVarint(0);
            content.writeVarint(0);
            content.writeVarint(i);
            content.writeBytes(new byte[1]);
            content.writeSigned(0);
            content.writeSigned(0);
            content.writeBytes(new byte[0]);
        }
        content.writeByte(0);
        byte[] data = sealed(content.toByteArray(), true);
        long before = allocated();
        assertUnreadable(data);
        assertThat(allocated() - before).isLessThan(32 << 20);
    }
}

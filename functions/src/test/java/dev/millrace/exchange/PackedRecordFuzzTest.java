package dev.millrace.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.engine.EntryEnd;
import dev.millrace.engine.HashRange;
import dev.millrace.engine.Part;
import dev.millrace.engine.Parts;
import dev.millrace.engine.UpstreamId;
import dev.millrace.format.ByteReader;
import dev.millrace.format.ByteWriter;
import dev.millrace.format.Compression;
import dev.millrace.testing.Fuzzing;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Records between stages that anything has been done to: each is read as it was sent, or refused. */
class PackedRecordFuzzTest {
    private static final List<Class<? extends Exception>> DECLARED = List.of(UnreadablePackedRecordException.class);
    private static final int CONTENT_AT = 9;
    private static final long MOST_ALLOCATED = 256L << 20;

    private static PackedRecord record(Random random) {
        List<Part> parts = new ArrayList<>();
        int index = 0;
        for (int left = random.nextInt(8); left > 0; left--) {
            index += random.nextInt(3);
            byte[] key = ("key-" + random.nextInt(40)).getBytes(StandardCharsets.UTF_8);
            long start = 60_000L * random.nextInt(100);
            byte[] accumulator = Fuzzing.noise(random.nextInt(30), random);
            parts.add(new Part(index++, random.nextBoolean() ? "counts" : "sums", key, start, start + 7, accumulator));
        }
        EntryEnd end = random.nextBoolean()
                ? null
                : new EntryEnd(index, random.nextLong(), random.nextLong(), EntryEnd.State.IDLE, 3, random.nextLong());
        UpstreamId from = new UpstreamId("source", "shardId-000000000003");
        return new PackedRecord(
                "clicks", from, "by-user", 2, random.nextInt(1_000), HashRange.ALL, new Parts(parts, end));
    }

    private static byte[] content(PackedRecord record) {
        ByteWriter content = new ByteWriter();
        content.writeString(record.pipeline());
        content.writeString(record.from().stage());
        content.writeString(record.from().partition());
        content.writeString(record.stage());
        content.writeVarint(record.epoch());
        content.writeVarint(record.entry());
        content.writeRaw(new byte[16], 0, 16);
        byte[] last = new byte[16];
        Arrays.fill(last, (byte) -1);
        content.writeRaw(last, 0, 16);
        record.parts().write(content);
        return content.toByteArray();
    }

    /** A record of any content, with the checksum right. */
    private static byte[] sealed(int method, byte[] body) {
        ByteBuffer data = ByteBuffer.allocate(CONTENT_AT + body.length);
        data.put(new byte[] {'m', 'r', 'x', PackedRecord.VERSION})
                .putInt(0)
                .put((byte) method)
                .put(body);
        CRC32C crc = new CRC32C();
        crc.update(data.array(), 0, 4);
        crc.update(data.array(), 8, data.capacity() - 8);
        return data.putInt(4, (int) crc.getValue()).array();
    }

    private static byte[] deflated(byte[] raw) {
        byte[] into = new byte[raw.length];
        return Arrays.copyOf(into, Compression.deflate(raw, into, 0));
    }

    @Property
    void whatWasSent_isReadAsItWas(@ForAll long seed) throws Exception {
        PackedRecord record = record(new Random(seed));

        PackedRecord read = PackedRecord.decode(record.encode());
        assertThat(read.parts().end()).isEqualTo(record.parts().end());
        assertThat(content(read)).isEqualTo(content(record));
        assertThat(content(PackedRecord.decode(sealed(0, content(record))))).isEqualTo(content(record));
    }

    @Property
    void aRecordThatWasDamaged_isRefused(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] damaged = Fuzzing.mutated(record(random).encode(), record(random).encode(), random);

        Fuzzing.decode(damaged, PackedRecord::decode, DECLARED);
    }

    @Property
    void contentThatMakesNoSense_isRefused(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] content = Fuzzing.mutated(content(record(random)), content(record(random)), random);

        Fuzzing.decode(sealed(0, content), PackedRecord::decode, DECLARED);
    }

    /** Deflate that was damaged behind a checksum that is right. */
    @Property
    void compressedContentThatMakesNoSense_isRefused(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] raw = Arrays.copyOf(content(record(random)), 2_000);
        byte[] compressed = Fuzzing.mutated(deflated(raw), deflated(raw), random);

        Fuzzing.decode(sealed(1, compressed), MOST_ALLOCATED, PackedRecord::decode, DECLARED);
    }

    @Property
    void partsThatMakeNoSense_areRefused(@ForAll long seed) {
        Random random = new Random(seed);
        ByteWriter out = new ByteWriter();
        record(random).parts().write(out);
        byte[] payload = out.toByteArray();

        Fuzzing.decode(Fuzzing.mutated(payload, payload, random), Parts::decode, List.of(ByteReader.Malformed.class));
    }

    @Example
    void whatDecompressesToMoreThan2Megabytes_isRefused() {
        byte[] bomb = sealed(1, deflated(new byte[64 << 20]));

        Fuzzing.decode(bomb, 16L << 20, PackedRecord::decode, DECLARED);
        assertThatThrownBy(() -> PackedRecord.decode(bomb)).hasMessageContaining("comes to more than 2097152 bytes");
    }

    /** Eight bytes each, once decompressed, for a key of 255. */
    @Example
    void keysThatShareTheirBeginnings_areBounded() {
        ByteWriter out = new ByteWriter();
        out.writeVarint(1);
        out.writeString("counts");
        int parts = 250_000;
        out.writeVarint(parts);
        for (int i = 0; i < parts; i++) {
            out.writeVarint(0);
            out.writeVarint(0);
            out.writeVarint(i == 0 ? 0 : 255);
            out.writeBytes(new byte[i == 0 ? 255 : 0]);
            out.writeSigned(0);
            out.writeSigned(0);
            out.writeBytes(new byte[0]);
        }
        out.writeByte(0);
        byte[] payload = out.toByteArray();

        assertThat(payload).hasSizeLessThan(2 << 20);
        assertThatThrownBy(() -> Parts.decode(payload))
                .isInstanceOf(ByteReader.Malformed.class)
                .hasMessageContaining("keys take more than");
    }
}

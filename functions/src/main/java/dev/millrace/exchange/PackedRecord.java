package dev.millrace.exchange;

import dev.millrace.engine.Exchanged;
import dev.millrace.engine.HashRange;
import dev.millrace.engine.Mark;
import dev.millrace.engine.Part;
import dev.millrace.engine.Parts;
import dev.millrace.engine.UpstreamId;
import dev.millrace.format.ByteReader;
import dev.millrace.format.ByteWriter;
import dev.millrace.format.Compression;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A record of an internal stream: what one entry of one partition has for one destination, or a part of that where it is
 * much. Its form is in docs/state-format.md.
 *
 * @param pipeline the pipeline's name
 * @param from the partition that sends it
 * @param stage the stage that it is for
 * @param epoch the life of the sender's log
 * @param entry the number of the sender's entry
 * @param range the routing hashes that it was packed for (X2)
 * @param parts what it carries
 */
public record PackedRecord(
        String pipeline, UpstreamId from, String stage, long epoch, long entry, HashRange range, Parts parts) {
    /** The newest version of the form that is known here, and the one that is written. */
    static final int VERSION = 1;

    private static final byte[] MAGIC = {'m', 'r', 'x'};
    private static final int VERSION_AT = MAGIC.length;
    private static final int CHECKSUM_AT = VERSION_AT + 1;
    private static final int METHOD_AT = CHECKSUM_AT + Integer.BYTES;
    private static final int CONTENT_AT = METHOD_AT + 1;
    private static final int STORED = 0;
    private static final int DEFLATED = 1;
    private static final int HASH_BYTES = 16;
    /** Uncompressed: what fits a record has less, even of the smallest parts, which take most beside their content. */
    private static final int MAX_CONTENT_BYTES = 4 << 20;

    /** The bytes of the record. */
    public byte[] encode() {
        ByteWriter content = new ByteWriter();
        content.writeString(pipeline);
        content.writeString(from.stage());
        content.writeString(from.partition());
        content.writeString(stage);
        content.writeVarint(epoch);
        content.writeVarint(entry);
        writeHash(content, range.first());
        writeHash(content, range.last());
        parts.write(content);
        byte[] raw = content.toByteArray();
        byte[] data = new byte[CONTENT_AT + raw.length];
        int deflated = Compression.deflate(raw, data, CONTENT_AT);
        if (deflated == 0) {
            System.arraycopy(raw, 0, data, CONTENT_AT, raw.length);
            data[METHOD_AT] = STORED;
        } else {
            data = Arrays.copyOf(data, CONTENT_AT + deflated);
            data[METHOD_AT] = DEFLATED;
        }
        System.arraycopy(MAGIC, 0, data, 0, MAGIC.length);
        data[VERSION_AT] = VERSION;
        int checksum = checksum(data);
        for (int i = 0; i < Integer.BYTES; i++) {
            data[CHECKSUM_AT + i] = (byte) (checksum >>> (24 - 8 * i));
        }
        return data;
    }

    /**
     * Reads a record.
     *
     * @throws UnreadablePackedRecordException if it is none, was damaged or cut off, or is of a newer version
     */
    public static PackedRecord decode(byte[] data) throws UnreadablePackedRecordException {
        if (data.length < CONTENT_AT || !Arrays.equals(data, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new UnreadablePackedRecordException("it is no record that a stage has sent (" + data.length
                    + " bytes): has something else written to the internal stream?");
        }
        int version = data[VERSION_AT] & 0xff;
        if (version > VERSION) {
            throw new UnreadablePackedRecordException("it has format version " + version
                    + ", and this library knows versions up to " + VERSION
                    + ": deploy a newer version of the library for this stage before the stages that send to it");
        }
        try {
            ByteReader header = new ByteReader(Arrays.copyOfRange(data, CHECKSUM_AT, METHOD_AT));
            if (header.readInt() != checksum(data)) {
                throw new ByteReader.Malformed("its checksum is wrong");
            }
            ByteReader content = new ByteReader(content(data));
            PackedRecord decoded = new PackedRecord(
                    content.readString(),
                    new UpstreamId(content.readString(), content.readString()),
                    content.readString(),
                    content.readVarint(),
                    content.readVarint(),
                    new HashRange(readHash(content), readHash(content)),
                    Parts.read(content));
            content.requireEnd();
            return decoded;
        } catch (ByteReader.Malformed | IllegalArgumentException | ArithmeticException | IndexOutOfBoundsException e) {
            throw new UnreadablePackedRecordException(
                    "it is damaged (format version " + version + "): " + e.getMessage());
        }
    }

    /** What it carries, each with its mark. */
    public List<Exchanged> exchanged() {
        List<Exchanged> all = new ArrayList<>();
        for (Part part : parts.parts()) {
            all.add(new Exchanged.OfPart(from, new Mark(epoch, entry, part.index()), part));
        }
        if (parts.end() != null) {
            all.add(new Exchanged.OfEnd(from, new Mark(epoch, entry, parts.end().index()), parts.end()));
        }
        return all;
    }

    private static byte[] content(byte[] data) {
        return switch (data[METHOD_AT]) {
            case STORED -> Arrays.copyOfRange(data, CONTENT_AT, data.length);
            case DEFLATED -> Compression.inflate(data, CONTENT_AT, MAX_CONTENT_BYTES);
            default -> throw new ByteReader.Malformed("unknown compression " + data[METHOD_AT]);
        };
    }

    /** CRC-32C over all but itself. */
    private static int checksum(byte[] data) {
        CRC32C crc = new CRC32C();
        crc.update(data, 0, CHECKSUM_AT);
        crc.update(data, METHOD_AT, data.length - METHOD_AT);
        return (int) crc.getValue();
    }

    private static void writeHash(ByteWriter to, BigInteger hash) {
        byte[] signed = hash.toByteArray();
        byte[] fixed = new byte[HASH_BYTES];
        int from = Math.max(0, signed.length - HASH_BYTES);
        System.arraycopy(signed, from, fixed, HASH_BYTES - (signed.length - from), signed.length - from);
        to.writeRaw(fixed, 0, HASH_BYTES);
    }

    private static BigInteger readHash(ByteReader from) {
        return new BigInteger(1, from.readRaw(HASH_BYTES));
    }
}

package dev.millrace.engine;

import dev.millrace.format.ByteReader;
import dev.millrace.format.ByteWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parts of one entry for one stage, as they wait in the outbox and travel: all of them, or those of one destination.
 *
 * @param parts in the order of their indexes
 * @param end what follows the entry's last part; null if more of the entry follows elsewhere
 */
public record Parts(List<Part> parts, @Nullable EntryEnd end) {
    /** A part must fit an item of the state table, whose limit is 400 KB, and a record of a stream. */
    public static final int MAX_PART_BYTES = 350 * 1024;

    private static final int MAX_SHARED = 255;
    /** Of all keys together. They share their beginnings, so that few bytes could otherwise say that there are very many. */
    private static final int MAX_KEYS_BYTES = 32 << 20;
    /** Of all numbers of a part together, as varints. */
    private static final int MAX_PLACE_BYTES = 40;

    public Parts {
        parts = List.copyOf(parts);
    }

    /** How many bytes a part takes at the most. */
    public static int size(Part part) {
        return part.key().length + part.accumulator().length + MAX_PLACE_BYTES;
    }

    /** The form that docs/state-format.md describes. */
    public void write(ByteWriter to) {
        List<String> operators = parts.stream().map(Part::operator).distinct().toList();
        to.writeVarint(operators.size());
        operators.forEach(to::writeString);
        to.writeVarint(parts.size());
        int index = 0;
        byte[] key = {};
        long start = 0;
        for (Part part : parts) {
            to.writeVarint(part.index() - (long) index);
            to.writeVarint(operators.indexOf(part.operator()));
            int shared = shared(key, part.key());
            to.writeVarint(shared);
            to.writeVarint(part.key().length - (long) shared);
            to.writeRaw(part.key(), shared, part.key().length);
            to.writeSigned(part.start() - start);
            to.writeSigned(part.end() - part.start());
            to.writeBytes(part.accumulator());
            index = part.index() + 1;
            key = part.key();
            start = part.start();
        }
        EntryEnd last = end;
        if (last == null) {
            to.writeByte(0);
        } else {
            to.writeByte(last.state().code);
            to.writeVarint(last.index());
            to.writeSigned(last.watermark());
            to.writeSigned(last.arrivalMillis());
            if (last.state() == EntryEnd.State.IDLE) {
                to.writeSigned(last.clearMillis());
                to.writeSigned(last.idleMillis());
            }
        }
    }

    /**
     * How many parts an output has, without reading them.
     *
     * @throws ByteReader.Malformed if the bytes make no sense
     */
    public static int count(byte[] payload) {
        ByteReader from = new ByteReader(payload);
        for (int names = from.readCount(); names > 0; names--) {
            var unused = from.readString();
        }
        return from.readCount();
    }

    private static int shared(byte[] before, byte[] key) {
        int mismatch = Arrays.mismatch(before, key);
        return Math.min(mismatch < 0 ? key.length : mismatch, MAX_SHARED);
    }

    /** @throws ByteReader.Malformed if the bytes make no sense */
    public static Parts read(ByteReader from) {
        List<String> operators = new ArrayList<>();
        int names = from.readCount();
        for (int i = 0; i < names; i++) {
            operators.add(from.readString());
        }
        int count = from.readCount();
        List<Part> parts = new ArrayList<>();
        int index = 0;
        byte[] key = {};
        long start = 0;
        long keysBytes = 0;
        for (int i = 0; i < count; i++) {
            index = Math.addExact(index, from.readInt(Integer.MAX_VALUE - 1));
            String operator = operators.get(from.readInt(operators.size() - 1));
            int shared = from.readInt(Math.min(key.length, MAX_SHARED));
            byte[] rest = from.readBytes();
            byte[] whole = Arrays.copyOf(key, shared + rest.length);
            System.arraycopy(rest, 0, whole, shared, rest.length);
            key = whole;
            keysBytes += key.length;
            if (keysBytes > MAX_KEYS_BYTES) {
                throw new ByteReader.Malformed("its keys take more than " + MAX_KEYS_BYTES + " bytes");
            }
            start += from.readSigned();
            long end = start + from.readSigned();
            parts.add(new Part(index, operator, key, start, end, from.readBytes()));
            index++;
        }
        return new Parts(parts, readEnd(from));
    }

    private static @Nullable EntryEnd readEnd(ByteReader from) {
        int code = from.readByte();
        if (code == 0) {
            return null;
        }
        EntryEnd.State state = EntryEnd.State.of(code);
        int index = from.readInt(Integer.MAX_VALUE);
        long watermark = from.readSigned();
        long arrivalMillis = from.readSigned();
        boolean isIdle = state == EntryEnd.State.IDLE;
        long clearMillis = isIdle ? from.readSigned() : Progress.NO_TIME;
        long idleMillis = isIdle ? from.readSigned() : Progress.NO_TIME;
        return new EntryEnd(index, watermark, arrivalMillis, state, clearMillis, idleMillis);
    }

    byte[] encode() {
        ByteWriter writer = new ByteWriter();
        write(writer);
        return writer.toByteArray();
    }

    /** @throws ByteReader.Malformed if the bytes make no sense */
    public static Parts decode(byte[] payload) {
        ByteReader reader = new ByteReader(payload);
        Parts parts = read(reader);
        reader.requireEnd();
        return parts;
    }
}

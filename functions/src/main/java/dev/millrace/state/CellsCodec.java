package dev.millrace.state;

import dev.millrace.engine.CellChange;
import dev.millrace.engine.KeyId;
import dev.millrace.format.ByteReader;
import dev.millrace.format.ByteWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cells of state, in columns: first all operators, then what all keys share with the one before, and so on, each column
 * with its length. Like stands beside like, so that it compresses well. Any order of cells can be written; the order of
 * {@link KeyId} and namespace takes the least room.
 */
final class CellsCodec {
    /** Keys share at most this many bytes with the one before, which bounds what a damaged item can blow up to. */
    private static final int MAX_SHARED = 255;

    private static final int COLUMNS = 8;
    private static final int RUNS = 0; // Operator, whether keyless, number of keys.
    private static final int SHARED = 1; // Length of a key's prefix that it shares with the key before.
    private static final int REST_LENGTHS = 2;
    private static final int RESTS = 3; // The bytes of the key after that prefix.
    private static final int CELLS = 4; // Cells of a key, less one.
    private static final int NAMESPACES = 5; // Difference to the cell before, of whatever key.
    private static final int VALUE_LENGTHS = 6; // 0: the cell is gone. Otherwise the length plus one.
    private static final int VALUES = 7;

    private CellsCodec() {}

    static void write(List<CellChange> cells, ByteWriter out) {
        ByteWriter[] columns = new ByteWriter[COLUMNS];
        Arrays.setAll(columns, i -> new ByteWriter());
        byte[] previousKey = {};
        long previousNamespace = 0;
        for (int i = 0; i < cells.size(); ) {
            int runEnd = endOfRun(cells, i);
            int keys = 0;
            KeyId first = cells.get(i).id();
            while (i < runEnd) {
                KeyId id = cells.get(i).id();
                writeKey(previousKey, id.key(), columns);
                previousKey = id.key();
                int from = i;
                for (; i < runEnd && cells.get(i).id().equals(id); i++) {
                    CellChange cell = cells.get(i);
                    columns[NAMESPACES].writeSigned(cell.namespace() - previousNamespace);
                    previousNamespace = cell.namespace();
                    writeValue(cell.value(), columns);
                }
                columns[CELLS].writeVarint(i - from - 1L);
                keys++;
            }
            columns[RUNS].writeString(first.operator());
            columns[RUNS].writeVarint(2L * keys + (first.isKeyless() ? 1 : 0));
        }
        for (ByteWriter column : columns) {
            out.writeBlock(column);
        }
    }

    static List<CellChange> read(ByteReader in) {
        ByteReader[] columns = new ByteReader[COLUMNS];
        Arrays.setAll(columns, i -> in.readBlock());
        List<CellChange> cells = new ArrayList<>();
        byte[] key = {};
        long namespace = 0;
        long contentBytes = 0;
        while (columns[RUNS].remaining() > 0) {
            String operator = columns[RUNS].readString();
            long keys = columns[RUNS].readVarint();
            for (long left = keys >>> 1; left > 0; left--) {
                key = readKey(key, columns);
                KeyId id = (keys & 1) == 1 ? KeyId.keyless(operator) : KeyId.of(operator, key);
                for (long more = columns[CELLS].readVarint(); more >= 0; more--) {
                    namespace += columns[NAMESPACES].readSigned();
                    byte[] value = readValue(columns);
                    cells.add(new CellChange(id, namespace, value));
                    // As the writer counts it, so that what was written is never refused.
                    contentBytes += key.length + Long.BYTES + (value == null ? 0 : value.length);
                    requireContent(contentBytes);
                }
            }
        }
        for (ByteReader column : columns) {
            column.requireEnd();
        }
        return cells;
    }

    /** Cells that take a few bits each once compressed could otherwise fill the memory. */
    private static void requireContent(long bytes) {
        if (bytes > Envelope.MAX_CONTENT_BYTES) {
            throw new ByteReader.Malformed(
                    "its keys and values take more than " + Envelope.MAX_CONTENT_BYTES + " bytes");
        }
    }

    private static int endOfRun(List<CellChange> cells, int from) {
        KeyId first = cells.get(from).id();
        int end = from;
        while (end < cells.size()
                && cells.get(end).id().isKeyless() == first.isKeyless()
                && cells.get(end).id().operator().equals(first.operator())) {
            end++;
        }
        return end;
    }

    private static void writeKey(byte[] previous, byte[] key, ByteWriter[] columns) {
        int mismatch = Arrays.mismatch(previous, key);
        int shared = Math.min(mismatch < 0 ? key.length : mismatch, MAX_SHARED);
        columns[SHARED].writeVarint(shared);
        columns[REST_LENGTHS].writeVarint(key.length - shared);
        columns[RESTS].writeRaw(key, shared, key.length);
    }

    private static byte[] readKey(byte[] previous, ByteReader[] columns) {
        int shared = columns[SHARED].readInt(Math.min(previous.length, MAX_SHARED));
        byte[] rest = columns[RESTS].readRaw(columns[REST_LENGTHS].readInt(columns[RESTS].remaining()));
        byte[] key = Arrays.copyOf(previous, shared + rest.length);
        System.arraycopy(rest, 0, key, shared, rest.length);
        return key;
    }

    private static void writeValue(byte @Nullable [] value, ByteWriter[] columns) {
        columns[VALUE_LENGTHS].writeVarint(value == null ? 0 : value.length + 1L);
        if (value != null) {
            columns[VALUES].writeRaw(value, 0, value.length);
        }
    }

    private static byte @Nullable [] readValue(ByteReader[] columns) {
        int length = columns[VALUE_LENGTHS].readInt(columns[VALUES].remaining() + 1);
        return length == 0 ? null : columns[VALUES].readRaw(length - 1);
    }
}

package dev.millrace.engine;

import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Up to where an operator has done what was due: everything before a time, and at that time the keys up to one. It is
 * stored only where an entry was cut between firings; otherwise all that the watermark has passed is done.
 *
 * @param key null if at {@code timeMillis} all keys are done
 */
record DueCursor(long timeMillis, @Nullable KeyId key) {
    private static final long NAMESPACE = 0;

    boolean isThrough(long watermarkMillis) {
        return key == null && timeMillis == watermarkMillis;
    }

    static DueCursor read(KeyedState committed, String operator, long watermarkMillis) {
        Map<Long, byte[]> cells = committed.cells(KeyId.keyless(operator));
        if (cells.isEmpty()) {
            return new DueCursor(watermarkMillis, null);
        }
        ByteBuffer buffer = ByteBuffer.wrap(cells.values().iterator().next());
        long time = buffer.getLong();
        if (!buffer.hasRemaining()) {
            return new DueCursor(time, null);
        }
        buffer.get();
        byte[] key = new byte[buffer.remaining()];
        buffer.get(key);
        return new DueCursor(time, KeyId.of(operator, key));
    }

    /** The time (eight bytes); then, where some keys at that time are not done, a byte and the last that is. */
    CellChange change(String operator) {
        byte[] keyBytes = key == null ? null : key.key();
        ByteBuffer buffer = ByteBuffer.allocate(Long.BYTES + (keyBytes == null ? 0 : 1 + keyBytes.length));
        buffer.putLong(timeMillis);
        if (keyBytes != null) {
            buffer.put((byte) 1).put(keyBytes);
        }
        return new CellChange(KeyId.keyless(operator), NAMESPACE, buffer.array());
    }

    static CellChange removal(String operator) {
        return new CellChange(KeyId.keyless(operator), NAMESPACE, null);
    }

    static boolean isStored(KeyedState committed, String operator) {
        return !committed.cells(KeyId.keyless(operator)).isEmpty();
    }
}

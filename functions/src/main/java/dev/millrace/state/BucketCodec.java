package dev.millrace.state;

import dev.millrace.engine.CellChange;
import dev.millrace.engine.KeyedState;
import dev.millrace.format.ByteReader;
import dev.millrace.format.ByteWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The stored form of a bucket, and of an output of its own. */
final class BucketCodec {
    private BucketCodec() {}

    /** The whole state of a bucket, as of the entry numbered {@code stamp}. */
    static StoredItem encode(ItemKey key, long stamp, KeyedState.Bucket bucket) {
        List<CellChange> cells = new ArrayList<>();
        bucket.cells().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(ofKey -> ofKey.getValue()
                        .forEach((namespace, value) -> cells.add(new CellChange(ofKey.getKey(), namespace, value))));
        ByteWriter out = new ByteWriter();
        CellsCodec.write(cells, out);
        return Envelope.seal(key, stamp, out);
    }

    static List<CellChange> decode(StoredItem item) {
        return Envelope.open(item, CellsCodec::read);
    }

    static StoredItem encodeOutput(ItemKey key, long number, byte[] payload) {
        ByteWriter out = new ByteWriter();
        out.writeBytes(payload);
        return Envelope.seal(key, number, out);
    }

    static byte[] decodeOutput(StoredItem item) {
        return Envelope.open(item, ByteReader::readBytes);
    }
}

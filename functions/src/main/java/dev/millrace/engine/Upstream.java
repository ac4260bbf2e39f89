package dev.millrace.engine;

import dev.millrace.format.ByteReader;
import dev.millrace.format.ByteWriter;

/**
 * What is known of a sender, as of the last end of an entry that was taken.
 *
 * @param mark the last of its outputs that was taken
 * @param end what the last end said
 */
record Upstream(Mark mark, EntryEnd end) {
    static final long NAMESPACE = 0;
    private static final String PREFIX = "$upstream/";

    /** Before its first end. */
    static final EntryEnd NOTHING = new EntryEnd(
            0, Progress.NO_TIME, Progress.NO_TIME, EntryEnd.State.ACTIVE, Progress.NO_TIME, Progress.NO_TIME);

    static KeyId keyOf(UpstreamId id) {
        return KeyId.keyless(PREFIX + id);
    }

    static boolean isKey(KeyId id) {
        return id.isKeyless() && id.operator().startsWith(PREFIX);
    }

    static UpstreamId idOf(KeyId key) {
        String text = key.operator().substring(PREFIX.length());
        int slash = text.lastIndexOf('/');
        return new UpstreamId(text.substring(0, slash), text.substring(slash + 1));
    }

    byte[] encode() {
        ByteWriter writer = new ByteWriter();
        writer.writeVarint(mark.epoch());
        writer.writeVarint(mark.entry());
        writer.writeVarint(mark.index());
        writer.writeByte(end.state().code);
        writer.writeSigned(end.watermark());
        writer.writeSigned(end.arrivalMillis());
        writer.writeSigned(end.clearMillis());
        writer.writeSigned(end.idleMillis());
        return writer.toByteArray();
    }

    static Upstream decode(byte[] bytes) {
        ByteReader reader = new ByteReader(bytes);
        Mark mark = new Mark(reader.readVarint(), reader.readVarint(), reader.readInt(Integer.MAX_VALUE));
        EntryEnd.State state = EntryEnd.State.of(reader.readByte());
        long watermark = reader.readSigned();
        long arrivalMillis = reader.readSigned();
        EntryEnd end = new EntryEnd(0, watermark, arrivalMillis, state, reader.readSigned(), reader.readSigned());
        return new Upstream(mark, end);
    }
}

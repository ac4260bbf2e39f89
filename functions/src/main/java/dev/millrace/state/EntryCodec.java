package dev.millrace.state;

import dev.millrace.engine.CellChange;
import dev.millrace.engine.Output;
import dev.millrace.engine.Position;
import dev.millrace.engine.Progress;
import dev.millrace.format.ByteReader;
import dev.millrace.format.ByteWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The stored form of an entry. */
final class EntryCodec {
    private EntryCodec() {}

    static StoredItem encode(ItemKey slot, Entry entry) {
        ByteWriter out = new ByteWriter();
        out.writeByte(entry.kind().code());
        out.writeString(entry.writerId());
        writeOptional(entry.mappingId(), out);
        writeProgress(entry.progress(), out);
        out.writeVarint(entry.turn().first());
        out.writeVarint(entry.turn().due());
        out.writeVarint(entry.turn().credit());
        out.writeVarint(entry.landed().size());
        for (BucketStamp landed : entry.landed()) {
            out.writeVarint(landed.bucket());
            out.writeSigned(entry.number() - landed.stamp());
        }
        CellsCodec.write(entry.cells(), out);
        out.writeVarint(entry.outbox().size());
        for (StoredOutput output : entry.outbox()) {
            writeOutput(output, out);
        }
        return Envelope.seal(slot, entry.number(), out);
    }

    static Entry decode(StoredItem item) {
        return Envelope.open(item, in -> {
            Entry.Kind kind = Entry.Kind.of(in.readInt(Entry.Kind.LARGEST_CODE));
            String writerId = in.readString();
            String mappingId = readOptional(in);
            Progress progress = readProgress(in);
            BucketTurn turn =
                    new BucketTurn(in.readInt(Header.MAX_BUCKETS), in.readInt(Header.MAX_BUCKETS + 1), in.readVarint());
            List<BucketStamp> landed = new ArrayList<>();
            for (int left = in.readCount(); left > 0; left--) {
                landed.add(new BucketStamp(in.readInt(Header.MAX_BUCKETS), item.number() - in.readSigned()));
            }
            List<CellChange> cells = CellsCodec.read(in);
            List<StoredOutput> outbox = new ArrayList<>();
            for (int left = in.readCount(); left > 0; left--) {
                outbox.add(readOutput(in));
            }
            return new Entry(item.number(), kind, writerId, mappingId, progress, turn, landed, cells, outbox);
        });
    }

    private static void writeProgress(Progress progress, ByteWriter out) {
        Position position = progress.position();
        writeOptional(position == null ? null : position.sequenceNumber(), out);
        if (position != null) {
            out.writeVarint(position.subSequenceNumber());
            out.writeByte(position.insideAggregate() ? 1 : 0);
        }
        out.writeSigned(progress.arrivalMillis());
        out.writeSigned(progress.recordWatermark());
        out.writeSigned(progress.watermark());
    }

    private static Progress readProgress(ByteReader in) {
        String sequenceNumber = readOptional(in);
        Position position =
                sequenceNumber == null ? null : new Position(sequenceNumber, in.readVarint(), in.readInt(1) == 1);
        return new Progress(position, in.readSigned(), in.readSigned(), in.readSigned());
    }

    private static void writeOutput(StoredOutput output, ByteWriter out) {
        out.writeString(output.sink());
        if (output instanceof StoredOutput.Inline inline) {
            out.writeByte(0);
            out.writeBytes(inline.output().payload());
        } else if (output instanceof StoredOutput.Apart apart) {
            out.writeByte(1);
            out.writeVarint(apart.index());
            out.writeInt(apart.checksum());
        }
    }

    private static StoredOutput readOutput(ByteReader in) {
        String sink = in.readString();
        return in.readInt(1) == 0
                ? new StoredOutput.Inline(new Output(sink, in.readBytes()))
                : new StoredOutput.Apart(sink, in.readVarint(), in.readInt());
    }

    private static void writeOptional(@Nullable String value, ByteWriter out) {
        out.writeByte(value == null ? 0 : 1);
        if (value != null) {
            out.writeString(value);
        }
    }

    private static @Nullable String readOptional(ByteReader in) {
        return in.readInt(1) == 0 ? null : in.readString();
    }
}

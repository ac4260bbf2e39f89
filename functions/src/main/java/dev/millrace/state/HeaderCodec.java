package dev.millrace.state;

import dev.millrace.engine.Floor;
import dev.millrace.engine.HashRange;
import dev.millrace.engine.Progress;
import dev.millrace.format.ByteWriter;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** The stored form of a header. */
final class HeaderCodec {
    private HeaderCodec() {}

    static StoredItem encode(LogName name, Header header) {
        ByteWriter out = new ByteWriter();
        out.writeVarint(header.epoch());
        out.writeVarint(header.ringSlots());
        out.writeVarint(header.buckets());
        out.writeVarint(header.startNumber());
        out.writeSigned(header.startWatermark());
        out.writeVarint(header.floors().size());
        for (Floor floor : header.floors()) {
            out.writeBytes(floor.range().first().toByteArray());
            out.writeBytes(floor.range().last().toByteArray());
            out.writeSigned(floor.watermark());
        }
        if (header.startArrival() != Progress.NO_TIME) {
            out.writeSigned(header.startArrival());
        }
        return Envelope.seal(ItemKey.header(name, header.epoch()), header.epoch(), out);
    }

    static Header decode(StoredItem item) {
        return Envelope.open(item, in -> {
            long epoch = in.readVarint();
            int ringSlots = in.readInt(Header.MAX_RING_SLOTS);
            int buckets = in.readInt(Header.MAX_BUCKETS);
            long startNumber = in.readVarint();
            long startWatermark = in.readSigned();
            List<Floor> floors = new ArrayList<>();
            for (int left = in.readCount(); left > 0; left--) {
                BigInteger first = new BigInteger(in.readBytes());
                floors.add(new Floor(new HashRange(first, new BigInteger(in.readBytes())), in.readSigned()));
            }
            long startArrival = in.remaining() == 0 ? Progress.NO_TIME : in.readSigned();
            return new Header(
                    item.body()[0], epoch, ringSlots, buckets, startNumber, startWatermark, startArrival, floors);
        });
    }
}

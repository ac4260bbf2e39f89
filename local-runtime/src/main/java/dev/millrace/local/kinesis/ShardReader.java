package dev.millrace.local.kinesis;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Reads a shard's log, without holding up its writers. */
final class ShardReader {
    private static final int MIN_WINDOW_BYTES = 64 * 1024;
    private static final int MAX_WINDOW_BYTES = 1024 * 1024;
    /** Enough for the largest record. */
    private static final int LARGEST_FRAME_BYTES = 3 * 1024 * 1024;

    private final ShardLog log;

    ShardReader(ShardLog log) {
        this.log = log;
    }

    /** The records found, and the ordinal to read on from. */
    record Read(List<StreamRecord> records, long nextOrdinal, long lastArrivalMillis) {}

    /**
     * Reads records from that ordinal on: at most {@code limit} of them, and at most {@code maxBytes} of keys and data
     * (but one at least).
     */
    Read read(int shardIndex, long fromOrdinal, int limit, long maxBytes) throws IOException {
        List<StreamRecord> records = new ArrayList<>();
        long[] budget = {maxBytes};
        long[] last = {0};
        long windowBytes = Math.min(MAX_WINDOW_BYTES, Math.max(MIN_WINDOW_BYTES, limit * 1024L));
        long next = scan(fromOrdinal, (int) windowBytes, frame -> {
            budget[0] -= frame.payloadBytes();
            if (records.size() == limit || (budget[0] < 0 && !records.isEmpty())) {
                return false;
            }
            last[0] = frame.arrivalMillis;
            records.add(new StreamRecord(
                    new SequenceNumber(frame.ordinal, shardIndex).toString(),
                    Instant.ofEpochMilli(frame.arrivalMillis),
                    frame.partitionKey(),
                    frame.data()));
            return true;
        });
        return new Read(records, next, last[0]);
    }

    /** Arrival of the record with that ordinal or the next one there is; Long.MAX_VALUE if there is none. */
    long arrivalOf(long ordinal) throws IOException {
        long[] arrival = {Long.MAX_VALUE};
        long unused = scan(ordinal, MIN_WINDOW_BYTES, frame -> {
            arrival[0] = frame.arrivalMillis;
            return false;
        });
        return arrival[0];
    }

    /** Ordinal of the first record that arrived then or later; of the next one to come if there is none. */
    long firstOrdinalArrivedSince(long arrivalMillis) throws IOException {
        long from = log.trimOrdinal();
        if (log.nextOrdinal() <= from || arrivalOf(from) >= arrivalMillis) {
            return from;
        }
        for (Segment segment : log.segments()) {
            if (segment.length() > 0 && segment.lastArrivalMillis() >= arrivalMillis) {
                ByteBuffer probe = segment.read(segment.index().floorByArrival(arrivalMillis), Frame.OVERHEAD_BYTES);
                from = Math.max(from, probe.getLong(Frame.HEADER_BYTES));
                return scan(from, MIN_WINDOW_BYTES, frame -> frame.arrivalMillis < arrivalMillis);
            }
        }
        return log.nextOrdinal();
    }

    private interface Visitor {
        /** Takes a record and returns true, or refuses it and ends the scan. */
        boolean visit(Frame frame);
    }

    /** Visits records from that ordinal on; returns the ordinal of the first one refused or not yet there. */
    private long scan(long fromOrdinal, int windowBytes, Visitor visitor) throws IOException {
        Scan scan = new Scan(Math.max(fromOrdinal, log.trimOrdinal()), windowBytes, visitor);
        long end = log.nextOrdinal();
        while (scan.next < end && !scan.refused) {
            long before = scan.next;
            try {
                scan.visit(segmentOf(before));
            } catch (FileNotFoundException e) {
                // Retention removed the segment while we were about to read it.
                if (log.trimOrdinal() <= before) {
                    throw e;
                }
                scan.next = Math.max(scan.next, log.trimOrdinal());
            }
            if (scan.next == before && !scan.refused) {
                throw new IOException("The record with ordinal " + before + " is missing");
            }
        }
        return scan.next;
    }

    private static final class Scan {
        private final int windowBytes;
        private final Visitor visitor;
        private long next;
        private boolean refused;

        Scan(long from, int windowBytes, Visitor visitor) {
            this.next = from;
            this.windowBytes = windowBytes;
            this.visitor = visitor;
        }

        void visit(Segment segment) throws IOException {
            int offset = segment.index().floorByOrdinal(next);
            int window = windowBytes;
            while (offset < segment.length() && !refused) {
                Frame frame = new Frame(segment.read(offset, window));
                Frame.Found found = Frame.Found.FRAME;
                while (!refused && (found = frame.next()) == Frame.Found.FRAME) {
                    visit(frame);
                }
                if (found == Frame.Found.DAMAGED || (frame.end() == 0 && window == LARGEST_FRAME_BYTES)) {
                    throw new IOException("The record with ordinal " + next + " is damaged");
                }
                offset += frame.end();
                window = frame.end() == 0 ? LARGEST_FRAME_BYTES : windowBytes;
            }
        }

        private void visit(Frame frame) {
            if (frame.ordinal < next) {
                return;
            }
            next = frame.ordinal;
            if (visitor.visit(frame)) {
                next++;
            } else {
                refused = true;
            }
        }
    }

    private Segment segmentOf(long ordinal) {
        List<Segment> segments = log.segments();
        Segment found = segments.get(0);
        for (Segment segment : segments) {
            if (segment.baseOrdinal() > ordinal) {
                break;
            }
            found = segment;
        }
        return found;
    }
}

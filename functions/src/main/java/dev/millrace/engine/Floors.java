package dev.millrace.engine;

import java.math.BigInteger;
import java.util.List;

/**
 * R4: how far parts of a partition had come before it was merged from others. A merged partition's watermark is the smallest of
 * its parents'; for the keys of a parent that was further, what that parent has closed is closed, and what it has fired is not
 * fired again, until the watermark has passed the floor.
 */
public final class Floors {
    public static final Floors NONE = new Floors(List.of());

    private final List<Floor> floors;
    private final long largest;
    private final long smallest;

    public Floors(List<Floor> floors) {
        this.floors = List.copyOf(floors);
        this.largest = floors.stream().mapToLong(Floor::watermark).max().orElse(Progress.NO_TIME);
        this.smallest = floors.stream().mapToLong(Floor::watermark).min().orElse(Progress.NO_TIME);
    }

    /** The floor of a key, in epoch milliseconds; {@link Progress#NO_TIME} where there is none. */
    long of(KeyId id) {
        return floors.isEmpty() ? Progress.NO_TIME : highest(RoutingHash.of(id.key()), Progress.NO_TIME);
    }

    /** How far a record's key has come: the watermark, or the key's floor where that is larger. */
    long watermark(SourceRecord record, long watermarkMillis) {
        // Most of the time no floor is left, and then no hash is worked out.
        return largest <= watermarkMillis
                ? watermarkMillis
                : highest(RoutingHash.of(record.partitionKey()), watermarkMillis);
    }

    /** The lowest of the floors, in epoch milliseconds; {@link Progress#NO_TIME} where there are none. */
    long smallest() {
        return smallest;
    }

    /** The highest of the floors, in epoch milliseconds; {@link Progress#NO_TIME} where there are none. */
    long largest() {
        return largest;
    }

    private long highest(BigInteger routingHash, long watermarkMillis) {
        long highest = watermarkMillis;
        for (Floor floor : floors) {
            if (floor.watermark() > highest && floor.range().contains(routingHash)) {
                highest = floor.watermark();
            }
        }
        return highest;
    }
}

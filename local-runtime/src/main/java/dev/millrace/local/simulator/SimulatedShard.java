package dev.millrace.local.simulator;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** A shard with all its records, and how far its mapping has come. */
final class SimulatedShard {
    /** A record in a shard. Sequence numbers grow over all shards of all streams. */
    record Stored(long sequenceNumber, String partitionKey, byte[] data, long arrivalMillis) {}

    final String id;
    final BigInteger firstHash;
    final BigInteger lastHash;
    /** The hashes as Kinesis tells them. */
    final String firstHashText;

    final String lastHashText;
    final List<SimulatedShard> parents;
    final List<Stored> records = new ArrayList<>();
    private boolean isOpen = true;
    private int firstKept;

    SimulatedShard(String id, BigInteger firstHash, BigInteger lastHash, List<SimulatedShard> parents) {
        this.id = id;
        this.firstHash = firstHash;
        this.lastHash = lastHash;
        this.firstHashText = firstHash.toString();
        this.lastHashText = lastHash.toString();
        this.parents = List.copyOf(parents);
    }

    boolean isOpen() {
        return isOpen;
    }

    void close() {
        isOpen = false;
    }

    /** The place of the first record that has not expired. */
    int firstKept() {
        return firstKept;
    }

    /** Those before a place cannot be read any more. */
    void expireBefore(int place) {
        firstKept = Math.max(firstKept, place);
    }

    boolean covers(BigInteger hash) {
        return firstHash.compareTo(hash) <= 0 && hash.compareTo(lastHash) <= 0;
    }

    /** The place of the first record after a sequence number. */
    int placeAfter(long sequenceNumber) {
        int place = 0;
        while (place < records.size() && records.get(place).sequenceNumber() <= sequenceNumber) {
            place++;
        }
        return place;
    }
}

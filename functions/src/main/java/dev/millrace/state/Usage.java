package dev.millrace.state;

/**
 * Requests and what they cost, in the store's units: a write unit for each KB begun, a read unit for each 4 KB begun and
 * half of it where the read is eventually consistent.
 *
 * @param entries writes of entries, refused ones included
 * @param buckets writes of buckets, refused ones included
 * @param reads reads of any item
 * @param others writes of headers and outputs, and deletions
 */
public record Usage(Count entries, Count buckets, Count reads, Count others) {
    static final Usage NONE = new Usage(Count.NONE, Count.NONE, Count.NONE, Count.NONE);

    /** A number of requests, and the units that they took together. */
    public record Count(long requests, double units) {
        static final Count NONE = new Count(0, 0);

        private Count plus(double more) {
            return new Count(requests + 1, units + more);
        }

        private Count minus(Count earlier) {
            return new Count(requests - earlier.requests, units - earlier.units);
        }
    }

    /** What has been used since {@code earlier}. */
    public Usage since(Usage earlier) {
        return new Usage(
                entries.minus(earlier.entries),
                buckets.minus(earlier.buckets),
                reads.minus(earlier.reads),
                others.minus(earlier.others));
    }

    Usage withWrite(ItemKey.Kind kind, double units) {
        return switch (kind) {
            case ENTRY -> new Usage(entries.plus(units), buckets, reads, others);
            case BUCKET -> new Usage(entries, buckets.plus(units), reads, others);
            case HEADER, OUTPUT -> new Usage(entries, buckets, reads, others.plus(units));
        };
    }

    Usage withRead(double units) {
        return new Usage(entries, buckets, reads.plus(units), others);
    }
}

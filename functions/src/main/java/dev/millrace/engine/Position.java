package dev.millrace.engine;

/**
 * Where a partition stands in its shard: the last record that was decided (applied, late, skipped or dead-lettered).
 *
 * @param sequenceNumber the Kinesis sequence number: a decimal number of up to 128 digits, without leading zeros
 * @param subSequenceNumber the index within an aggregated record, from 0; 0 for a record that is not aggregated
 * @param insideAggregate whether more records follow within the same aggregated record. Such a position counts as
 *     neither drained nor idle, since a read after its sequence number would skip them
 */
public record Position(String sequenceNumber, long subSequenceNumber, boolean insideAggregate)
        implements Comparable<Position> {

    public Position {
        if (sequenceNumber.isEmpty() || subSequenceNumber < 0) {
            throw new IllegalArgumentException("not a position: sequence number '" + sequenceNumber
                    + "', sub-sequence number " + subSequenceNumber);
        }
    }

    /** The order of the shard; {@link #insideAggregate} takes no part in it. */
    @Override
    public int compareTo(Position other) {
        int order = compareSequenceNumbers(sequenceNumber, other.sequenceNumber);
        return order != 0 ? order : Long.compare(subSequenceNumber, other.subSequenceNumber);
    }

    /** Compares two sequence numbers as the decimal numbers that they are. */
    public static int compareSequenceNumbers(String left, String right) {
        int order = Integer.compare(left.length(), right.length());
        return order != 0 ? order : left.compareTo(right);
    }
}

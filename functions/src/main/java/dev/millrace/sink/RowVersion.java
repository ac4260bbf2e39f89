package dev.millrace.sink;

/**
 * The version of a table's row: which output it was written from. A row is only ever replaced by one of a larger version
 * (rule E6 of the state log). That suffices because a row's key is determined by the key that its values were grouped by:
 * all its versions come from one partition, or from partitions that took over from one another, whose entries' numbers go
 * on from where their parents' ended.
 *
 * @param epoch the life of the partition's log
 * @param number the number of the entry
 * @param index the place in the entry's outbox
 */
record RowVersion(long epoch, long number, int index) implements Comparable<RowVersion> {
    private static final int LONG_DIGITS = 19;
    private static final int INT_DIGITS = 10;

    /** The attribute that holds the version, as the text that {@link #toString} gives. */
    static final String ATTRIBUTE = "millrace_version";

    @Override
    public int compareTo(RowVersion other) {
        int order = Long.compare(epoch, other.epoch);
        if (order == 0) {
            order = Long.compare(number, other.number);
        }
        return order != 0 ? order : Integer.compare(index, other.index);
    }

    /** Of a fixed width, so that DynamoDB, which compares texts by their bytes, sees the same order. */
    @Override
    public String toString() {
        return padded(epoch, LONG_DIGITS) + "-" + padded(number, LONG_DIGITS) + "-" + padded(index, INT_DIGITS);
    }

    private static String padded(long number, int digits) {
        String text = Long.toString(number);
        return "0".repeat(Math.max(0, digits - text.length())) + text;
    }
}

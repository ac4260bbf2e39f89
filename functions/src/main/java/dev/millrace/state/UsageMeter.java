package dev.millrace.state;

/** Counts what a store is asked for. Safe for use by several threads. */
public final class UsageMeter {
    private static final int WRITE_UNIT_BYTES = 1024;
    private static final int READ_UNIT_BYTES = 4096;

    private Usage total = Usage.NONE;

    public synchronized Usage total() {
        return total;
    }

    public synchronized void wrote(ItemKey.Kind kind, double units) {
        total = total.withWrite(kind, units);
    }

    public synchronized void read(double units) {
        total = total.withRead(units);
    }

    /** The write units of an item of this many bytes; a write is billed at the larger of the old item and the new. */
    public static double writeUnits(long bytes) {
        return unitsBegun(bytes, WRITE_UNIT_BYTES);
    }

    /** The read units of items of this many bytes together, read by one request. */
    public static double readUnits(long bytes, Consistency consistency) {
        double strong = unitsBegun(bytes, READ_UNIT_BYTES);
        return consistency == Consistency.STRONG ? strong : strong / 2;
    }

    /** At least one. */
    private static long unitsBegun(long bytes, int unit) {
        return Math.max(1, (bytes + unit - 1) / unit);
    }
}

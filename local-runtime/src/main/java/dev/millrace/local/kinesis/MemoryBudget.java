package dev.millrace.local.kinesis;

/** How many bytes of records may be kept on the heap. Thread-safe. */
final class MemoryBudget {
    private final long limitBytes;
    private long usedBytes;

    MemoryBudget(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /** Takes that many bytes, or none of them and returns false. */
    synchronized boolean tryReserve(long bytes) {
        if (usedBytes + bytes > limitBytes) {
            return false;
        }
        usedBytes += bytes;
        return true;
    }

    synchronized void release(long bytes) {
        usedBytes -= bytes;
    }

    synchronized long usedBytes() {
        return usedBytes;
    }

    long limitBytes() {
        return limitBytes;
    }
}

package dev.millrace.local.view;

import dev.millrace.engine.Position;
import dev.millrace.engine.Progress;
import dev.millrace.local.kinesis.StreamRecord;
import dev.millrace.local.source.ShardRead;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** What was read of a shard, and what is not done of it. Safe for use by several threads. */
final class ShardReads {
    /** Beyond it, what arrived later counts as if it had arrived with the last. */
    private static final int MOST_RUNS = 4_096;

    private final LongAdder done = new LongAdder();
    private final Deque<Run> undone = new ArrayDeque<>();
    private boolean isAtTip;
    private long lastArrivalMillis = Progress.NO_TIME;

    /** Records one after another, which arrived in the same millisecond. */
    private record Run(String last, long arrivalMillis, int count) {}

    /** The shard is read from another place on. */
    synchronized void beginAnew() {
        undone.clear();
        isAtTip = false;
    }

    synchronized void read(ShardRead read) {
        List<StreamRecord> records = read.records();
        isAtTip = read.atTip();
        int first = 0;
        while (first < records.size()) {
            long arrivalMillis = records.get(first).approximateArrival().toEpochMilli();
            int next = first + 1;
            while (next < records.size()
                    && records.get(next).approximateArrival().toEpochMilli() == arrivalMillis) {
                next++;
            }
            add(new Run(records.get(next - 1).sequenceNumber(), arrivalMillis, next - first));
            lastArrivalMillis = arrivalMillis;
            first = next;
        }
    }

    private void add(Run run) {
        if (undone.size() < MOST_RUNS) {
            undone.addLast(run);
        } else {
            Run last = undone.removeLast();
            undone.addLast(new Run(run.last(), last.arrivalMillis(), last.count() + run.count()));
        }
    }

    /**
     * All up to a sequence number is done: its results are out.
     *
     * @param latencies takes, for each record, how long after its arrival that is, in microseconds
     */
    synchronized void doneTo(String sequenceNumber, long nowMillis, Distribution latencies) {
        Run next = undone.peekFirst();
        while (next != null && Position.compareSequenceNumbers(next.last(), sequenceNumber) <= 0) {
            undone.removeFirst();
            done.add(next.count());
            latencies.record(1_000 * Math.max(0, nowMillis - next.arrivalMillis()), next.count());
            next = undone.peekFirst();
        }
    }

    /** Records that are done, those done again included. */
    long done() {
        return done.sum();
    }

    /**
     * How long ago the first record arrived that is not done, as far as is known; 0 where all is done. What is not read yet arrived
     * after the last that was.
     */
    synchronized long lagMillis(long nowMillis) {
        Run first = undone.peekFirst();
        if (first != null) {
            return Math.max(0, nowMillis - first.arrivalMillis());
        }
        return isAtTip || lastArrivalMillis == Progress.NO_TIME ? 0 : Math.max(0, nowMillis - lastArrivalMillis);
    }
}

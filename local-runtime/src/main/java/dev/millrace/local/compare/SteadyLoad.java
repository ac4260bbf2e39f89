package dev.millrace.local.compare;

import dev.millrace.local.kinesis.EmbeddedKinesis;
import dev.millrace.local.kinesis.PutEntry;
import dev.millrace.local.kinesis.PutResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Puts records into a stream at a rate, by a schedule; some of them are probes. For one thread. */
final class SteadyLoad {
    private static final double MOST_PROBES_PER_SECOND = 200;
    private static final int MOST_AT_ONCE = 500;

    private final EmbeddedKinesis kinesis;
    private final String stream;
    private final Input input;
    private final Probes probes;
    private final SendSchedule schedule;
    private final long stride;
    private final Map<String, List<String>> sequenceNumbers;
    private long sent;

    /** Starts the schedule. */
    SteadyLoad(EmbeddedKinesis kinesis, String stream, Input input, Probes probes, double recordsPerSecond) {
        this(kinesis, stream, input, probes, recordsPerSecond, new HashMap<>());
    }

    private SteadyLoad(
            EmbeddedKinesis kinesis,
            String stream,
            Input input,
            Probes probes,
            double recordsPerSecond,
            Map<String, List<String>> sequenceNumbers) {
        this.kinesis = kinesis;
        this.stream = stream;
        this.input = input;
        this.probes = probes;
        this.schedule = new SendSchedule(System.nanoTime(), recordsPerSecond);
        this.stride = Math.max(1, (long) Math.ceil(recordsPerSecond / MOST_PROBES_PER_SECOND));
        this.sequenceNumbers = sequenceNumbers;
    }

    /** Goes on at the same rate with a schedule that starts now. */
    SteadyLoad startAgain() {
        return new SteadyLoad(kinesis, stream, input, probes, schedule.recordsPerSecond(), sequenceNumbers);
    }

    /** Sends what should be sent until then, in time since the start; later where putting takes its time. */
    void sendUntil(double seconds) throws InterruptedException {
        long end = schedule.dueBy(schedule.startNanos() + (long) (seconds * TimeUnit.SECONDS.toNanos(1)));
        while (sent < end) {
            long due = Math.min(end, schedule.dueBy(System.nanoTime()));
            if (due > sent) {
                put((int) Math.min(MOST_AT_ONCE, due - sent));
            } else {
                long waitNanos = schedule.intendedNanos(sent) - System.nanoTime();
                TimeUnit.NANOSECONDS.sleep(Math.max(0, waitNanos));
            }
        }
    }

    private void put(int count) {
        List<PutEntry> entries = new ArrayList<>(count);
        List<@Nullable Long> numbers = new ArrayList<>(count);
        for (long i = sent; i < sent + count; i++) {
            Long probe = i % stride == 0 ? input.records() : null;
            numbers.add(probe);
            entries.add(input.next(probe));
        }
        List<PutResult> results = kinesis.put(stream, entries);
        for (int i = 0; i < count; i++) {
            PutResult result = results.get(i);
            sequenceNumbers
                    .computeIfAbsent(result.shardId(), id -> new ArrayList<>())
                    .add(result.sequenceNumber());
            Long probe = numbers.get(i);
            if (probe != null) {
                probes.sent(probe, schedule.intendedNanos(sent + i), result.shardId());
            }
        }
        sent += count;
    }

    /** Those of each shard, in order, from the first schedule on. */
    Map<String, List<String>> sequenceNumbers() {
        return sequenceNumbers;
    }
}

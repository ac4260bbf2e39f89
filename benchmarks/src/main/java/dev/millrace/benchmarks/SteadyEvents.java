package dev.millrace.benchmarks;

import dev.millrace.driver.BatchItem;
import dev.millrace.engine.SourceRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/** 200,000 events a second, each due at its time, whether or not those before it were taken in time. For one thread. */
final class SteadyEvents implements MemoryStream.Feed {
    private static final long NANOS_EACH = 5_000;
    private static final int KEYS = 10_000;
    private static final byte[] NO_DATA = {};

    private final String[] keys = new String[KEYS];
    private final SplittableRandom random = new SplittableRandom(1);
    private final List<BatchItem> items = new ArrayList<>();
    private long nextNanos = System.nanoTime();

    /** @param dueNanos when it is to be sent, by {@link System#nanoTime} */
    record Event(String key, long dueNanos) {}

    SteadyEvents() {
        for (int i = 0; i < KEYS; i++) {
            keys[i] = "key-" + i;
        }
    }

    @Override
    public List<BatchItem> next(int limit, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (nextNanos - System.nanoTime() > 0 && System.nanoTime() - deadline < 0) {
            // The shortest sleep there is, some 50 microseconds: what is due meanwhile is taken together.
            LockSupport.parkNanos(1);
        }
        items.clear();
        long now = System.nanoTime();
        long millis = System.currentTimeMillis();
        while (nextNanos - now <= 0 && items.size() < limit) {
            Event event = new Event(keys[random.nextInt(KEYS)], nextNanos);
            items.add(BatchItem.decoded(new SourceRecord(event.key(), NO_DATA, null, millis), event));
            nextNanos += NANOS_EACH;
        }
        return items;
    }
}

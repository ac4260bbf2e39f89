package dev.millrace.benchmarks;

import dev.millrace.driver.BatchItem;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongConsumer;

/** A thread that counts events in a hash map, and does nothing else. */
final class BareLoop extends Thread {
    private final SteadyEvents events;
    private final LongConsumer results;
    private volatile boolean isOver;

    /** @param results takes when each event was to be sent, once it is counted */
    BareLoop(SteadyEvents events, LongConsumer results) {
        super("bare-loop");
        this.events = events;
        this.results = results;
        setDaemon(true);
    }

    @Override
    public void run() {
        Map<String, Long> counts = new HashMap<>();
        while (!isOver) {
            for (BatchItem item : events.next(1_000, Duration.ofMillis(100))) {
                SteadyEvents.Event event = (SteadyEvents.Event) Objects.requireNonNull(item.value());
                counts.merge(event.key(), 1L, Long::sum);
                results.accept(event.dueNanos());
            }
        }
    }

    void end() throws InterruptedException {
        isOver = true;
        join();
    }
}

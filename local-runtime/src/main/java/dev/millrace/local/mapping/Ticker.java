package dev.millrace.local.mapping;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The schedule of a mapping's ticks: invokes the function without records, at the start and then once in each interval. One
 * tick is done before the next begins; one that takes longer than the interval delays the next.
 */
final class Ticker implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Ticker.class);
    /** The clock may be a test's, and go faster than ours. */
    private static final long LONGEST_WAIT_MILLIS = 500;

    private final String stream;
    private final StageFunction function;
    private final long intervalMillis;
    private final Clock clock;
    private final CountDownLatch stop;

    Ticker(String stream, StageFunction function, MappingSettings settings, Clock clock, CountDownLatch stop) {
        this.stream = stream;
        this.function = function;
        this.intervalMillis = settings.tickInterval().toMillis();
        this.clock = clock;
        this.stop = stop;
    }

    @Override
    public void run() {
        try {
            long nextMillis = clock.millis();
            long waitMillis = 0;
            while (!stop.await(waitMillis, TimeUnit.MILLISECONDS)) {
                long now = clock.millis();
                if (now >= nextMillis) {
                    nextMillis = now + intervalMillis;
                    tick();
                }
                waitMillis = Math.max(1, Math.min(nextMillis - clock.millis(), LONGEST_WAIT_MILLIS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tick() {
        KinesisEvent event = new KinesisEvent();
        event.setRecords(List.of());
        try {
            var unused = function.handle(event);
        } catch (RuntimeException e) {
            LOG.warn("The tick for the shards of {} failed, and will be repeated: {}", stream, e.toString());
            LOG.debug("The failed tick", e);
        }
    }
}

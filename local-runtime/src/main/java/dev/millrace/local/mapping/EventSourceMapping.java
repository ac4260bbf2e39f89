package dev.millrace.local.mapping;

import dev.millrace.local.source.SourceShard;
import dev.millrace.local.source.SourceStream;
import dev.millrace.local.source.StreamReadException;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers the records of a stream to a function: each shard's in order, in batches, one batch at a time; a shard that came of
 * others once those are done. Beside them the function gets ticks, invocations without records that are for all shards, as a
 * schedule makes them on AWS.
 */
public final class EventSourceMapping implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventSourceMapping.class);
    private static final long SHARD_LIST_MILLIS = 500;
    private static final long STOP_SECONDS = 10;

    private final SourceStream stream;
    private final StageFunction function;
    private final MappingSettings settings;
    private final Checkpoints checkpoints;
    private final Clock clock;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Map<String, Thread> pollers = new HashMap<>();
    private final Thread lister;
    private final Thread ticker;

    private EventSourceMapping(
            SourceStream stream,
            StageFunction function,
            MappingSettings settings,
            Checkpoints checkpoints,
            Clock clock) {
        this.stream = stream;
        this.function = function;
        this.settings = settings;
        this.checkpoints = checkpoints;
        this.clock = clock;
        this.lister = new Thread(this::follow, "millrace-mapping-" + stream.name());
        this.lister.setDaemon(true);
        this.ticker = new Thread(
                new Ticker(stream.name(), function, settings, clock, stop), "millrace-ticks-" + stream.name());
        this.ticker.setDaemon(true);
    }

    /** Starts delivering, on threads of its own. */
    public static EventSourceMapping start(
            SourceStream stream,
            StageFunction function,
            MappingSettings settings,
            Checkpoints checkpoints,
            Clock clock) {
        EventSourceMapping mapping = new EventSourceMapping(stream, function, settings, checkpoints, clock);
        mapping.lister.start();
        mapping.ticker.start();
        return mapping;
    }

    /** Starts a poller for each shard whose time has come. */
    private void follow() {
        try {
            do {
                try {
                    startPollers(checkpoints.due(stream.shards()));
                } catch (StreamReadException e) {
                    LOG.debug("The shards of {} cannot be listed: {}", stream.name(), e.getMessage());
                }
            } while (!stop.await(SHARD_LIST_MILLIS, TimeUnit.MILLISECONDS));
            for (Thread poller : pollers.values()) {
                poller.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
            }
            ticker.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void startPollers(List<SourceShard> shards) {
        for (SourceShard shard : shards) {
            Thread running = pollers.get(shard.shardId());
            if (running == null || !running.isAlive()) {
                ShardPoller poller =
                        new ShardPoller(stream, shard.shardId(), function, settings, checkpoints, clock, stop);
                Thread thread = new Thread(poller, "millrace-mapping-" + stream.name() + "-" + shard.shardId());
                thread.setDaemon(true);
                pollers.put(shard.shardId(), thread);
                thread.start();
            }
        }
    }

    /** Stops delivering; returns once no batch or tick is under way, or after ten seconds. */
    @Override
    public void close() {
        stop.countDown();
        try {
            lister.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

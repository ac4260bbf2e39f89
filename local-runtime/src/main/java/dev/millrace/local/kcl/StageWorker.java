package dev.millrace.local.kcl;

import dev.millrace.engine.Position;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.kinesis.coordinator.Scheduler;
import software.amazon.kinesis.leases.exceptions.LeasingException;
import software.amazon.kinesis.processor.ShardRecordProcessor;

/** KCL's worker for the stream of one stage, on a thread of its own, and the ticks of the shards whose leases it has. */
final class StageWorker {
    private static final Logger LOG = LoggerFactory.getLogger(StageWorker.class);
    private static final int TICK_THREADS = 2;
    private static final long LOOK_MILLIS = 20;

    private final SharedStage stage;
    private final KclClients clients;
    private final SharedSettings settings;
    private final CountDownLatch stop;
    private final Consumer<String> failed;
    private final Attempts attempts;
    private final KclConfigs configs;
    private final Scheduler scheduler;
    private final Leases leases;
    private final ScheduledExecutorService ticks;
    private final Thread thread;

    /**
     * @param application the name of its tables, or what they begin with
     * @param stop counts down to zero when the process is to end
     * @param failed takes why it is no use to go on
     */
    StageWorker(
            String application,
            SharedStage stage,
            KclClients clients,
            SharedSettings settings,
            CountDownLatch stop,
            Consumer<String> failed) {
        this.stage = stage;
        this.clients = clients;
        this.settings = settings;
        this.stop = stop;
        this.failed = failed;
        this.ticks = Executors.newScheduledThreadPool(TICK_THREADS, task -> daemon(task, "ticks"));
        this.attempts = new Attempts(stage.stream(), shardId -> leases().isHeld(shardId), stop, failed);
        AtomicReference<@Nullable Leases> made = new AtomicReference<>();
        this.configs = new KclConfigs(application, stage.stream(), clients, settings);
        this.scheduler = configs.scheduler(this::shard, (coordinator, table) -> {
            Leases leases = new Leases(coordinator, table, this::begin);
            made.set(leases);
            return leases;
        });
        this.leases = Objects.requireNonNull(made.get(), "KCL makes one checkpointer for a worker");
        this.thread = daemon(this::run, "kcl");
    }

    private Leases leases() {
        return leases;
    }

    private Thread daemon(Runnable task, String what) {
        Thread made = new Thread(task, "millrace-" + what + "-" + stage.stream());
        made.setDaemon(true);
        return made;
    }

    void start() {
        thread.start();
    }

    private void run() {
        if (prepare() && stop.getCount() > 0) {
            if (stage.isAwaited()) {
                var unused = every(this::refreshAwaited);
            }
            scheduler.run();
            if (stop.getCount() > 0) {
                failed.accept("the Kinesis Client Library has given up on stream " + stage.stream()
                        + ", mostly since it could not read or make its tables");
            }
        }
    }

    private boolean prepare() {
        return attempts.untilReady(() -> {
            try {
                configs.makeTables(scheduler);
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private ShardRecordProcessor shard() {
        return new SharedShard(stage, leases, attempts, this::every);
    }

    private ScheduledFuture<?> every(Runnable task) {
        long millis = settings.tickInterval().toMillis();
        return ticks.scheduleWithFixedDelay(task, millis, millis, TimeUnit.MILLISECONDS);
    }

    private @Nullable Position begin(String shardId) {
        AtomicReference<@Nullable Position> position = new AtomicReference<>();
        // Where that is given up, nothing will be taken of what is read from the beginning.
        boolean unused = attempts.untilDone(shardId, () -> position.set(stage.begin(shardId)));
        return position.get();
    }

    private void refreshAwaited() {
        try {
            leases.refreshAwaited();
        } catch (RuntimeException | LeasingException e) {
            if (stop.getCount() > 0) {
                LOG.warn("The leases of {} could not be read, which comes again: {}", stage.stream(), e.toString());
            }
        }
    }

    /** Hands the leases over; what is under way must have been told to end. */
    CompletableFuture<Boolean> beginStop() {
        CompletableFuture<Boolean> stopped = new CompletableFuture<>();
        daemon(
                        () -> {
                            try {
                                stopped.complete(scheduler
                                        .createGracefulShutdownCallable()
                                        .call());
                            } catch (Exception e) {
                                stopped.completeExceptionally(e);
                            }
                        },
                        "stop")
                .start();
        return stopped;
    }

    /**
     * Waits for that, but not for long: whether records are being processed does not depend on it.
     *
     * @return whether nothing is under way any more, and the leases are given up
     */
    boolean finishStop(CompletableFuture<Boolean> stopping, long millis) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        try {
            var unused = stopping.get(Math.max(1, millis / 2), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.debug("The worker of {} has not ended as it should", stage.stream(), e);
        }
        // Where it has ended this does nothing.
        daemon(scheduler::shutdown, "end").start();
        ticks.shutdown();
        while (!attempts.areOver() && System.nanoTime() - deadline < 0) {
            Thread.sleep(LOOK_MILLIS);
        }
        return attempts.areOver() && leave(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
    }

    /** Without that others give leases to this worker, or wait for it, until its time is over. */
    private boolean leave(long millis) {
        try {
            leases.giveUpAll();
            var unused = clients.dynamoDb()
                    .deleteItem(request -> request.tableName(configs.workersTable())
                            .key(Map.of(
                                    KclConfigs.WORKER_KEY,
                                    AttributeValue.builder()
                                            .s(configs.workerId())
                                            .build())))
                    .orTimeout(millis, TimeUnit.MILLISECONDS)
                    .join();
            return true;
        } catch (RuntimeException | LeasingException e) {
            LOG.debug("The leases of {} will run out instead", stage.stream(), e);
            return false;
        }
    }
}

package dev.millrace.local.runner;

import dev.millrace.engine.RoutingHash;
import dev.millrace.sink.EmissionException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * A stage behind a {@code keyBy}, at least once: a channel to each partition, and threads that take what comes to any of them,
 * where its sender does not.
 */
final class EagerStage implements RunnerStage {
    private static final long HELP_MILLIS = 1;

    private final String name;
    private final List<EagerPartition> partitions;
    private final ExecutorService workers;
    private final ScheduledExecutorService ticks;
    private final Duration tickInterval;

    /**
     * @param keyed all of the stage's partitions
     * @param downstreams what a partition of the stage hands over
     */
    EagerStage(
            String name,
            List<KeyedPartition> keyed,
            Function<KeyedPartition, Downstream> downstreams,
            int workers,
            Duration tickInterval) {
        this.name = name;
        this.workers = Executors.newFixedThreadPool(Math.min(workers, keyed.size()), threads("millrace-" + name));
        this.ticks = Executors.newSingleThreadScheduledExecutor(threads("millrace-tick-" + name));
        this.tickInterval = tickInterval;
        this.partitions = keyed.stream()
                .sorted(Comparator.comparing(partition -> partition.range().first()))
                .map(partition -> new EagerPartition(partition, downstreams.apply(partition), this.workers))
                .toList();
    }

    private static ThreadFactory threads(String prefix) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + "-" + count.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        };
    }

    @Override
    public void start() {
        long millis = tickInterval.toMillis();
        var unused = ticks.scheduleAtFixedRate(
                () -> partitions.forEach(partition -> partition.channel().offer(new Channel.Message.Tick())),
                millis,
                millis,
                TimeUnit.MILLISECONDS);
    }

    int receivers() {
        return partitions.size();
    }

    int receiverOf(byte[] key) {
        BigInteger hash = RoutingHash.of(key);
        for (int i = 0; i < partitions.size(); i++) {
            if (partitions.get(i).range().contains(hash)) {
                return i;
            }
        }
        throw new IllegalStateException("no shard of stage '" + name + "' has the routing hash " + hash);
    }

    void give(int receiver, Channel.Message.Given given) {
        try {
            partitions.get(receiver).channel().send(given);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Asks all partitions to commit what the sender has handed over. */
    List<CompletableFuture<Void>> barrier(Sender sender) {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (EagerPartition partition : partitions) {
            all.add(sendToWorker(partition, committed -> new Channel.Message.Barrier(sender, committed)));
        }
        return all;
    }

    @Override
    public void take(StraightEmitter.Sent sent) {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (EagerPartition partition : partitions) {
            all.add(sendToWorker(partition, taken -> new Channel.Message.Committed(sent, taken)));
        }
        await(all);
    }

    private CompletableFuture<Void> sendToWorker(
            EagerPartition partition, Function<CompletableFuture<Void>, Channel.Message> message) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        try {
            partition.channel().sendToWorker(message.apply(done));
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        return done;
    }

    /** Waits until it is done, and does what no worker has come to. */
    void await(List<CompletableFuture<Void>> all) {
        CompletableFuture<Void> done = CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
        try {
            while (!done.isDone()) {
                partitions.forEach(partition -> partition.channel().help());
                try {
                    done.get(HELP_MILLIS, TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    // Look again whether there is something to do.
                }
            }
            done.get();
        } catch (InterruptedException e) {
            throw interrupted(e);
        } catch (ExecutionException e) {
            throw new EmissionException(
                    "stage '" + name + "' has not taken what was sent to it: " + e.getCause(), e.getCause());
        }
    }

    private EmissionException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new EmissionException("interrupted while stage '" + name + "' took what was sent to it", e);
    }

    @Override
    public void settle() {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (EagerPartition partition : partitions) {
            all.add(sendToWorker(partition, done -> new Channel.Message.Barrier(EagerPartition.NOBODY, done)));
        }
        await(all);
    }

    @Override
    public void quiet() {
        ticks.shutdown();
    }

    @Override
    public boolean stop(long deadlineNanos) throws InterruptedException {
        ticks.shutdownNow();
        workers.shutdown();
        if (workers.awaitTermination(Math.max(1, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS)) {
            return true;
        }
        workers.shutdownNow();
        return false;
    }
}

package dev.millrace.local.runner;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread with some partitions of a stage: applies what is sent to them, and commits together what has come together. What waits
 * is one entry of each partition that sends, at most, since those wait for it.
 */
final class KeyedWorker implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(KeyedWorker.class);

    private final Map<String, KeyedPartition> partitions = new LinkedHashMap<>();
    private final Duration tickInterval;
    private final BlockingQueue<Delivery> inbox = new LinkedBlockingQueue<>();
    private volatile boolean isStopped;

    private record Delivery(KeyedPartition partition, StraightEmitter.Sent sent, CompletableFuture<Void> committed) {}

    KeyedWorker(List<KeyedPartition> partitions, Duration tickInterval) {
        partitions.forEach(partition -> this.partitions.put(partition.shardId(), partition));
        this.tickInterval = tickInterval;
    }

    /** Done once it is committed by all of this worker's partitions; safe for use by several threads. */
    CompletableFuture<Void> send(StraightEmitter.Sent sent) {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (KeyedPartition partition : partitions.values()) {
            CompletableFuture<Void> committed = new CompletableFuture<>();
            inbox.add(new Delivery(partition, sent, committed));
            all.add(committed);
        }
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
    }

    /** Ends the thread, once nobody sends any more. */
    void stop() {
        isStopped = true;
    }

    @Override
    public void run() {
        long nextTick = System.nanoTime();
        try {
            while (!isStopped) {
                if (System.nanoTime() - nextTick >= 0) {
                    partitions.values().forEach(this::tick);
                    nextTick = System.nanoTime() + tickInterval.toNanos();
                }
                long waitNanos = Math.max(1, nextTick - System.nanoTime());
                Delivery first =
                        inbox.poll(Math.min(waitNanos, TimeUnit.MILLISECONDS.toNanos(100)), TimeUnit.NANOSECONDS);
                if (first != null) {
                    List<Delivery> together = new ArrayList<>(List.of(first));
                    inbox.drainTo(together);
                    take(together);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tick(KeyedPartition partition) {
        try {
            partition.tick();
        } catch (RuntimeException | Error e) {
            // An error must not end the thread: those that send would wait for ever.
            LOG.warn("The tick of partition {} failed, and will be repeated: {}", partition.shardId(), e.toString());
        }
    }

    private void take(List<Delivery> together) throws InterruptedException {
        Map<KeyedPartition, List<Delivery>> byPartition = new LinkedHashMap<>();
        together.forEach(delivery -> byPartition
                .computeIfAbsent(delivery.partition(), partition -> new ArrayList<>())
                .add(delivery));
        for (Map.Entry<KeyedPartition, List<Delivery>> entry : byPartition.entrySet()) {
            take(entry.getKey(), entry.getValue());
        }
    }

    /** All of it, or nothing that is known of: a failure leaves no trace of what was applied, and all is sent again. */
    private static void take(KeyedPartition partition, List<Delivery> deliveries) throws InterruptedException {
        try {
            for (Delivery delivery : deliveries) {
                partition.feed(delivery.sent());
            }
            partition.flush();
            deliveries.forEach(delivery -> delivery.committed().complete(null));
        } catch (RuntimeException | Error e) {
            deliveries.forEach(delivery -> delivery.committed().completeExceptionally(e));
        }
    }
}

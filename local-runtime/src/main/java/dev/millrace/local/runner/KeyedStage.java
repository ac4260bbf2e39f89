package dev.millrace.local.runner;

import dev.millrace.sink.EmissionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** A stage behind a {@code keyBy}: its partitions, dealt out to worker threads. */
final class KeyedStage implements RunnerStage {
    private final String name;
    private final List<KeyedWorker> workers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    /** @param partitions all of the stage's */
    KeyedStage(String name, List<KeyedPartition> partitions, int workers, Duration tickInterval) {
        this.name = name;
        int count = Math.min(workers, partitions.size());
        for (int i = 0; i < count; i++) {
            List<KeyedPartition> some = new ArrayList<>();
            for (int j = i; j < partitions.size(); j += count) {
                some.add(partitions.get(j));
            }
            KeyedWorker worker = new KeyedWorker(some, tickInterval);
            this.workers.add(worker);
            Thread thread = new Thread(worker, "millrace-" + name + "-" + i);
            thread.setDaemon(true);
            threads.add(thread);
        }
    }

    @Override
    public void start() {
        threads.forEach(Thread::start);
    }

    @Override
    public void take(StraightEmitter.Sent sent) {
        CompletableFuture<?>[] all =
                workers.stream().map(worker -> worker.send(sent)).toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(all).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmissionException("interrupted while stage '" + name + "' took what was sent to it", e);
        } catch (ExecutionException e) {
            throw new EmissionException(
                    "stage '" + name + "' has not taken what was sent to it: " + e.getCause(), e.getCause());
        }
    }

    @Override
    public void quiet() {
        // Ticks do no harm.
    }

    @Override
    public void settle() {
        // What was taken is committed.
    }

    @Override
    public boolean stop(long deadlineNanos) throws InterruptedException {
        workers.forEach(KeyedWorker::stop);
        boolean isDone = true;
        for (Thread thread : threads) {
            isDone &= Threads.hasEnded(thread, deadlineNanos);
        }
        return isDone;
    }
}

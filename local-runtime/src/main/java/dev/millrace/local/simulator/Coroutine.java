package dev.millrace.local.simulator;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * Something that runs until it is suspended, and from there on when it is resumed. It has a thread of its own, but only ever
 * one of it and whoever resumes it runs: so it is as deterministic as a call.
 */
final class Coroutine {
    private static final ExecutorService THREADS = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "millrace-simulated-invocation");
        thread.setDaemon(true);
        return thread;
    });

    private final Semaphore itsTurn = new Semaphore(0);
    private final Semaphore done = new Semaphore(0);
    private final Runnable body;
    private boolean isStarted;
    private boolean isFinished;

    /** @param body throws nothing */
    Coroutine(Runnable body) {
        this.body = body;
    }

    boolean isFinished() {
        return isFinished;
    }

    /** Returns when it suspends itself, or is finished. */
    void resume() {
        if (isStarted) {
            itsTurn.release();
        } else {
            isStarted = true;
            THREADS.execute(this::run);
        }
        done.acquireUninterruptibly();
    }

    private void run() {
        try {
            body.run();
        } finally {
            isFinished = true;
            done.release();
        }
    }

    /** Called by what runs in it: returns when it is resumed. */
    void suspend() {
        done.release();
        itsTurn.acquireUninterruptibly();
    }
}

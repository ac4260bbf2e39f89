package dev.millrace.local.runner;

import dev.millrace.engine.Handed;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The bounded way to a partition of a stage behind a {@code keyBy}: messages wait here, and are taken in turns, one turn at a time, of
 * all that wait.
 *
 * <p>Who takes a turn is not fixed. A sender does, where nobody is at it and turns have been short: to wake another thread would
 * take longer. Otherwise a thread of the stage's workers does, whichever is free. A sender waits while there is no room, and
 * takes the turn itself if no worker has come to it yet; so a slow partition slows down who sends to it, and senders that wait
 * can never wait for one another, since stages send in one direction only.
 */
final class Channel {
    /** Messages. Each has what one turn of a sender brings: at most as many parts as it reads records at a time. */
    static final int CAPACITY = 64;

    /** What waking a thread takes, roughly. */
    private static final long SHORT_TURN_NANOS = 100_000;

    private static final int MOST_TURNS_OF_SENDER = 8;
    private static final long PATIENCE_MILLIS = 5;

    private final BlockingQueue<Message> waiting = new ArrayBlockingQueue<>(CAPACITY);
    private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);
    private final Turns turns;
    private final Executor workers;
    /** A moving average; kept by who takes a turn. */
    private volatile long turnNanos;

    private enum State {
        IDLE,
        /** A worker will come. */
        SCHEDULED,
        RUNNING
    }

    /** Takes what has come. */
    interface Turns {
        /** Never throws. */
        void take(List<Message> messages);
    }

    /** What a partition is sent. */
    sealed interface Message {
        /**
         * Something that is handed over.
         *
         * @param life of the sender: it grows whenever the sender has begun again from its last commit
         * @param mayFollowOthers whether others may have sent something before, through the internal stream
         */
        record Given(Handed handed, long life, boolean mayFollowOthers) implements Message {}

        /**
         * The sender is about to commit.
         *
         * @param committed done once all that it has handed over is committed; failed if some of it is lost
         */
        record Barrier(Sender sender, CompletableFuture<Void> committed) implements Message {}

        /** Something that was committed by its sender, exactly once. */
        record Committed(StraightEmitter.Sent sent, CompletableFuture<Void> taken) implements Message {}

        /** Time has passed. */
        record Tick() implements Message {}
    }

    Channel(Turns turns, Executor workers) {
        this.turns = turns;
        this.workers = workers;
    }

    /** Puts a message in, and waits for room if need be. */
    void send(Message message) throws InterruptedException {
        while (!waiting.offer(message)) {
            help();
            if (waiting.offer(message, PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                break;
            }
        }
        wake(turnNanos < SHORT_TURN_NANOS);
    }

    /** As {@link #send}, for a message that brings a long turn. */
    void sendToWorker(Message message) throws InterruptedException {
        while (!waiting.offer(message)) {
            help();
            if (waiting.offer(message, PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                break;
            }
        }
        wake(false);
    }

    /** Puts a message in if there is room. */
    void offer(Message message) {
        if (waiting.offer(message)) {
            wake(false);
        }
    }

    private void wake(boolean isShort) {
        if (isShort) {
            if (state.compareAndSet(State.IDLE, State.RUNNING)) {
                run(MOST_TURNS_OF_SENDER);
            }
        } else if (state.compareAndSet(State.IDLE, State.SCHEDULED)) {
            workers.execute(() -> help(Integer.MAX_VALUE));
        }
    }

    /** Takes the turn that a worker has yet to come to, if there is one. */
    void help() {
        help(MOST_TURNS_OF_SENDER);
    }

    private void help(int most) {
        if (state.compareAndSet(State.SCHEDULED, State.RUNNING)) {
            run(most);
        }
    }

    private void run(int most) {
        List<Message> messages = new ArrayList<>();
        for (int i = 0; ; i++) {
            long start = System.nanoTime();
            waiting.drainTo(messages);
            turns.take(messages);
            boolean isUsual = messages.stream().allMatch(message -> message instanceof Message.Given);
            messages.clear();
            if (isUsual) {
                long before = turnNanos;
                turnNanos = before + (System.nanoTime() - start - before) / 8;
            }
            state.set(State.IDLE);
            // What came since the last look may have found somebody at it.
            if (waiting.isEmpty()) {
                return;
            }
            if (i >= most) {
                wake(false);
                return;
            }
            if (!state.compareAndSet(State.IDLE, State.RUNNING)) {
                return;
            }
        }
    }
}

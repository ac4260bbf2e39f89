package dev.millrace.local.packaged;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import dev.millrace.local.mapping.StageFunction;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A function of a packaged jar. An invocation takes the process that was used last, of those that have nothing to do, or starts
 * one; where all that may run are busy it waits its turn. A process that fails an invocation is used again, unless it ends; one
 * that takes too long is killed. Safe for use by several threads.
 */
public final class PackagedFunction implements StageFunction, AutoCloseable {
    private final FunctionCommand command;
    private final RuntimeApi api;
    private final Consumer<String> lines;
    /** Each permit is for an invocation; fair, so that shards and ticks take turns. */
    private final Semaphore turns;

    private final BlockingDeque<ExecutionEnvironment> idle = new LinkedBlockingDeque<>();
    private final Set<ExecutionEnvironment> all = ConcurrentHashMap.newKeySet();
    private final StartBackoff backoff = new StartBackoff();
    private final CountDownLatch closed = new CountDownLatch(1);

    PackagedFunction(FunctionCommand command, RuntimeApi api, Consumer<String> lines, int maxProcesses) {
        this.command = command;
        this.api = api;
        this.lines = lines;
        this.turns = new Semaphore(maxProcesses, true);
    }

    @Override
    public StreamsEventResponse handle(KinesisEvent event) {
        try {
            return EventJson.response(invoke(EventJson.event(event)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FunctionErrorException(command.name() + " was interrupted");
        }
    }

    private byte[] invoke(byte[] event) throws InterruptedException {
        turns.acquire();
        ExecutionEnvironment environment = null;
        try {
            environment = take();
        } finally {
            if (environment == null) {
                turns.release();
            }
        }
        ExecutionEnvironment taken = environment;
        return taken.invoke(event, () -> {
            if (!taken.hasEnded()) {
                idle.addLast(taken);
            }
            turns.release();
        });
    }

    private ExecutionEnvironment take() throws InterruptedException {
        ExecutionEnvironment warm = idle.pollLast();
        while (warm != null && warm.hasEnded()) {
            warm = idle.pollLast();
        }
        return warm == null ? start() : warm;
    }

    private ExecutionEnvironment start() throws InterruptedException {
        if (closed.await(backoff.waitBeforeStart().toMillis(), TimeUnit.MILLISECONDS)) {
            throw new FunctionErrorException(command.name() + " is not started: the command ends");
        }
        ExecutionEnvironment environment = ExecutionEnvironment.start(command, api, lines);
        all.add(environment);
        environment.whenEnded(() -> all.remove(environment));
        if (closed.getCount() == 0) {
            environment.close();
        }
        try {
            environment.awaitInitialized();
        } catch (FunctionErrorException e) {
            backoff.failed();
            throw e;
        }
        backoff.succeeded();
        return environment;
    }

    /** The processes that run now. */
    public List<Long> pids() {
        return all.stream().map(ExecutionEnvironment::pid).toList();
    }

    /** Kills all processes. */
    @Override
    public void close() {
        closed.countDown();
        all.forEach(ExecutionEnvironment::close);
    }
}

package dev.millrace.local.packaged;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A function's process, which handles one invocation at a time:
 *
 * <pre>
 * starting --first poll--> waiting --invoke--> busy --response or error--> answered --next poll--> waiting
 *    any of them --exit, or killed after a timeout--> ended
 * </pre>
 *
 * Thread-safe.
 */
final class ExecutionEnvironment implements RuntimeSession, AutoCloseable {
    /** What Lambda grants the initialization, beside what the first invocation may take. */
    private static final Duration INIT_TIMEOUT = Duration.ofSeconds(10);
    /** Exit codes beyond it are 128 and a signal's number. */
    private static final int SIGNALS = 128;

    private final FunctionCommand command;
    private final CompletableFuture<Void> initialized = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    // All guarded by this.
    private @Nullable Process process;
    private @Nullable Poll waiting;
    private @Nullable Invocation current;
    /** Why it ends, where that is known before it has. */
    private @Nullable String reason;

    private ExecutionEnvironment(FunctionCommand command) {
        this.command = command;
    }

    /**
     * Starts a process; it is not yet ready for an invocation.
     *
     * @param lines takes what it prints
     */
    static ExecutionEnvironment start(FunctionCommand command, RuntimeApi api, Consumer<String> lines) {
        ExecutionEnvironment environment = new ExecutionEnvironment(command);
        RuntimeApi.Port port = api.open(environment);
        Process process;
        try {
            process = command.process(port.address()).start();
        } catch (IOException e) {
            port.close();
            throw new PackagedFunctionException("a function's process cannot be started: " + e.getMessage(), e);
        }
        synchronized (environment) {
            environment.process = process;
        }
        Thread log = new Thread(
                new FunctionLog(process.getInputStream(), command.name(), lines), "millrace-log-" + command.name());
        log.setDaemon(true);
        log.start();
        var unused = process.onExit().thenAcceptAsync(exited -> {
            environment.onExit(exited.exitValue());
            port.close();
        });
        return environment;
    }

    /** @throws FunctionErrorException if it cannot begin, or does not in time; then it has ended, or is about to */
    void awaitInitialized() throws InterruptedException {
        Duration limit = INIT_TIMEOUT.plus(command.limits().timeout());
        try {
            initialized.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            kill("it did not begin within " + limit.toSeconds() + " s");
            throw new FunctionErrorException(
                    command.name() + " was killed: it did not begin within " + limit.toSeconds() + " s");
        } catch (ExecutionException e) {
            throw functionError(e);
        }
    }

    /**
     * Invokes the function, and waits for its response. To be called when the last invocation is over.
     *
     * @param whenOver is run, by another thread, once the process can take another invocation, or has ended
     * @throws FunctionErrorException if it fails
     */
    byte[] invoke(byte[] event, Runnable whenOver) throws InterruptedException {
        Invocation invocation = new Invocation(
                UUID.randomUUID().toString(), event, new CompletableFuture<>(), new CompletableFuture<>());
        Duration timeout = command.limits().timeout();
        var unusedRelease = invocation.over().whenComplete((done, error) -> whenOver.run());
        var unusedTimer = invocation
                .over()
                .copy()
                .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((done, error) -> {
                    if (error != null) {
                        kill("it timed out after " + timeout.toMillis() + " ms");
                    }
                });
        String before = begin(invocation);
        if (before != null) {
            invocation.over().complete(null);
            throw new FunctionErrorException(before);
        }
        try {
            return invocation.result().get();
        } catch (ExecutionException e) {
            throw functionError(e);
        }
    }

    /** Thrown anew, so that its stack is the caller's. */
    private static FunctionErrorException functionError(ExecutionException e) {
        return new FunctionErrorException(
                String.valueOf(Objects.requireNonNullElse(e.getCause(), e).getMessage()));
    }

    /** @return why it is too late; null if it is not */
    private synchronized @Nullable String begin(Invocation invocation) {
        if (hasEnded()) {
            return reason;
        }
        current = invocation;
        Poll poll = waiting;
        waiting = null;
        if (poll != null) {
            send(poll, invocation);
        }
        return null;
    }

    private void send(Poll poll, Invocation invocation) {
        long deadlineMillis =
                System.currentTimeMillis() + command.limits().timeout().toMillis();
        String trace =
                "Root=1-00000000-" + invocation.requestId().replace("-", "").substring(0, 24) + ";Sampled=0";
        poll.answer(
                Map.of(
                        "Lambda-Runtime-Aws-Request-Id", invocation.requestId(),
                        "Lambda-Runtime-Deadline-Ms", String.valueOf(deadlineMillis),
                        "Lambda-Runtime-Invoked-Function-Arn", command.functionArn(),
                        "Lambda-Runtime-Trace-Id", trace),
                ByteBuffer.wrap(invocation.event()));
    }

    @Override
    public boolean next(Poll poll) {
        Invocation over;
        synchronized (this) {
            if (waiting != null) {
                return false;
            }
            over = current;
            current = null;
            waiting = poll;
        }
        boolean unused = initialized.complete(null);
        if (over != null) {
            // Where it was not answered, it never will be.
            over.result().completeExceptionally(new FunctionErrorException(command.name() + " gave no response"));
            over.over().complete(null);
        }
        return true;
    }

    @Override
    public boolean succeeded(String requestId, byte[] response) {
        Invocation invocation = current(requestId);
        return invocation != null && invocation.result().complete(response);
    }

    @Override
    public boolean failed(String requestId, String error) {
        Invocation invocation = current(requestId);
        return invocation != null
                && invocation
                        .result()
                        .completeExceptionally(new FunctionErrorException(command.name() + " failed: " + error));
    }

    private synchronized @Nullable Invocation current(String requestId) {
        return current != null && current.requestId().equals(requestId) ? current : null;
    }

    @Override
    public synchronized void initializationFailed(String error) {
        reason = command.name() + " cannot begin: " + error;
    }

    private void onExit(int exitCode) {
        Invocation over;
        String why;
        synchronized (this) {
            over = current;
            current = null;
            if (reason == null) {
                reason = command.name() + "'s process ended with exit code " + exitCode
                        + (exitCode > SIGNALS ? ": killed by signal " + (exitCode - SIGNALS) : "");
            }
            why = reason;
            boolean unused = ended.complete(null);
        }
        boolean unusedToo = initialized.completeExceptionally(new FunctionErrorException(why));
        if (over != null) {
            over.result().completeExceptionally(new FunctionErrorException(why));
            over.over().complete(null);
        }
    }

    /** Whether its process is gone. */
    boolean hasEnded() {
        return ended.isDone();
    }

    /** Runs the action, by another thread, once its process is gone. */
    void whenEnded(Runnable action) {
        var unused = ended.thenRun(action);
    }

    /** Of its process. */
    synchronized long pid() {
        return process == null ? -1 : process.pid();
    }

    private synchronized void kill(String why) {
        if (process != null && process.isAlive()) {
            reason = command.name() + " was killed: " + why;
            process.destroyForcibly();
        }
    }

    /** Kills its process, and does not wait for its end. */
    @Override
    public void close() {
        kill("the command ends");
    }
}

package dev.millrace.local.cli;

import dev.millrace.time.Pause;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * What a command finds around it, apart from its arguments.
 *
 * @param environment the environment's variables
 * @param in standard input
 * @param isTerminal whether a person watches standard error
 * @param nanoTime as {@link System#nanoTime}
 * @param pause lets time pass
 * @param atEnd takes what is to be done before the process ends
 * @param onSignal takes what is to be done when the process is told to end, and says whether it was done, which the exit code
 *     then says too; what it gives is closed once there is nothing to be done any more
 */
record Surroundings(
        Map<String, String> environment,
        InputStream in,
        boolean isTerminal,
        LongSupplier nanoTime,
        Pause pause,
        Consumer<Runnable> atEnd,
        Function<BooleanSupplier, AutoCloseable> onSignal) {

    /** Those of this process. The launcher says by a system property whether standard error is a terminal: Java cannot. */
    static Surroundings ofProcess() {
        return new Surroundings(
                System.getenv(),
                System.in,
                Boolean.getBoolean("millrace.terminal"),
                System::nanoTime,
                duration -> TimeUnit.NANOSECONDS.sleep(duration.toNanos()),
                action -> Runtime.getRuntime().addShutdownHook(new Thread(action, "millrace-end")),
                Surroundings::endInOrder);
    }

    /** Java exits with the signal's number, whatever its hooks have done. */
    private static AutoCloseable endInOrder(BooleanSupplier action) {
        Runtime runtime = Runtime.getRuntime();
        Thread hook = new Thread(() -> runtime.halt(action.getAsBoolean() ? 0 : 1), "millrace-end");
        runtime.addShutdownHook(hook);
        return () -> {
            try {
                var unused = runtime.removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // It runs already: wait for its end, which is the process's.
                hook.join();
            }
        };
    }

    /** Whether the environment asks for stack traces. */
    boolean isDebug() {
        String value = environment.getOrDefault("MILLRACE_DEBUG", "");
        return value.equals("1") || value.equals("true");
    }
}

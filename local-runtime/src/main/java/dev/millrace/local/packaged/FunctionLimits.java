package dev.millrace.local.packaged;

import java.time.Duration;

/**
 * What Lambda grants a function. Start from {@link #defaults}.
 *
 * @param memoryMegabytes 128 to 10,240; the heap gets 85 percent of it, as on Lambda
 * @param timeout how long an invocation may take, 1 to 900 s; then its process is killed
 */
public record FunctionLimits(int memoryMegabytes, Duration timeout) {
    private static final int MIN_MEGABYTES = 128;
    private static final int MAX_MEGABYTES = 10_240;
    private static final Duration MIN_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration MAX_TIMEOUT = Duration.ofMinutes(15);

    public FunctionLimits {
        if (memoryMegabytes < MIN_MEGABYTES || memoryMegabytes > MAX_MEGABYTES) {
            throw new IllegalArgumentException("the memory is " + memoryMegabytes + " MB, and must be " + MIN_MEGABYTES
                    + " to " + MAX_MEGABYTES + " MB");
        }
        if (timeout.compareTo(MIN_TIMEOUT) < 0 || timeout.compareTo(MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException(
                    "the timeout is " + timeout.toMillis() + " ms, and must be 1 to 900 seconds");
        }
    }

    /** 512 MB and a minute. */
    public static FunctionLimits defaults() {
        return new FunctionLimits(512, Duration.ofMinutes(1));
    }
}

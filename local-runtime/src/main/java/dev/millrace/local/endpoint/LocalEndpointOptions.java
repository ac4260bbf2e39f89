package dev.millrace.local.endpoint;

import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * How to run the endpoint. Start from {@link #defaults()}.
 *
 * @param port on 127.0.0.1; 0 picks a free one
 * @param dataDirectory where everything is kept, created if need be; null keeps everything in memory
 * @param memoryLimitBytes without a data directory, how many bytes of Kinesis records to keep before puts are refused
 * @param clock gives arrival times, and lets records, iterators and subscriptions expire
 */
public record LocalEndpointOptions(int port, @Nullable Path dataDirectory, long memoryLimitBytes, Clock clock) {
    public static final int DEFAULT_PORT = 4566;

    public LocalEndpointOptions {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("The port is " + port + ", but must be between 0 and 65535");
        }
    }

    /** Port 4566, in memory with at most 40 % of the heap for records, and the system's clock. */
    public static LocalEndpointOptions defaults() {
        return new LocalEndpointOptions(
                DEFAULT_PORT, null, Runtime.getRuntime().maxMemory() / 10 * 4, Clock.systemUTC());
    }

    public LocalEndpointOptions withPort(int changed) {
        return new LocalEndpointOptions(changed, dataDirectory, memoryLimitBytes, clock);
    }

    public LocalEndpointOptions withDataDirectory(@Nullable Path changed) {
        return new LocalEndpointOptions(port, changed, memoryLimitBytes, clock);
    }

    public LocalEndpointOptions withMemoryLimitBytes(long changed) {
        return new LocalEndpointOptions(port, dataDirectory, changed, clock);
    }

    public LocalEndpointOptions withClock(Clock changed) {
        return new LocalEndpointOptions(port, dataDirectory, memoryLimitBytes, changed);
    }
}

package dev.millrace.local.dev;

import dev.millrace.local.endpoint.LocalEndpointOptions;
import dev.millrace.local.mapping.MappingSettings;
import java.time.Duration;

/**
 * How to run a pipeline locally. Start from {@link #defaults}.
 *
 * @param endpoint the endpoint's port, data directory and clock; the clock is the pipeline's too
 * @param shards how many shards the source stream gets where it does not exist yet
 * @param mapping how records are delivered
 * @param idleTimeout how long after its last record a shard counts as idle, so that its windows close as time passes
 */
public record DevOptions(LocalEndpointOptions endpoint, int shards, MappingSettings mapping, Duration idleTimeout) {
    /** Port 4566, in memory, two shards, ten seconds to idleness. */
    public static DevOptions defaults() {
        return new DevOptions(LocalEndpointOptions.defaults(), 2, MappingSettings.defaults(), Duration.ofSeconds(10));
    }

    public DevOptions withEndpoint(LocalEndpointOptions changed) {
        return new DevOptions(changed, shards, mapping, idleTimeout);
    }

    public DevOptions withShards(int changed) {
        return new DevOptions(endpoint, changed, mapping, idleTimeout);
    }

    public DevOptions withMapping(MappingSettings changed) {
        return new DevOptions(endpoint, shards, changed, idleTimeout);
    }

    public DevOptions withIdleTimeout(Duration changed) {
        return new DevOptions(endpoint, shards, mapping, changed);
    }
}

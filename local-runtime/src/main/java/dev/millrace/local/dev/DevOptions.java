package dev.millrace.local.dev;

import dev.millrace.local.endpoint.LocalEndpointOptions;
import dev.millrace.local.mapping.MappingSettings;
import dev.millrace.local.view.PipelineObserver;
import java.time.Duration;

/**
 * How to run a pipeline locally. Start from {@link #defaults}.
 *
 * @param endpoint the endpoint's port, data directory and clock; the clock is the pipeline's too
 * @param shards how many shards the source stream gets where it does not exist yet
 * @param mapping how records are delivered
 * @param idleTimeout how long after its last record a shard counts as idle, so that its windows close as time passes
 * @param observer looks on
 */
public record DevOptions(
        LocalEndpointOptions endpoint,
        int shards,
        MappingSettings mapping,
        Duration idleTimeout,
        PipelineObserver observer) {
    /** Port 4566, in memory, two shards, ten seconds to idleness. */
    public static DevOptions defaults() {
        return new DevOptions(
                LocalEndpointOptions.defaults(),
                2,
                MappingSettings.defaults(),
                Duration.ofSeconds(10),
                PipelineObserver.NONE);
    }

    public DevOptions withEndpoint(LocalEndpointOptions changed) {
        return new DevOptions(changed, shards, mapping, idleTimeout, observer);
    }

    public DevOptions withShards(int changed) {
        return new DevOptions(endpoint, changed, mapping, idleTimeout, observer);
    }

    public DevOptions withMapping(MappingSettings changed) {
        return new DevOptions(endpoint, shards, changed, idleTimeout, observer);
    }

    public DevOptions withIdleTimeout(Duration changed) {
        return new DevOptions(endpoint, shards, mapping, changed, observer);
    }

    public DevOptions withObserver(PipelineObserver changed) {
        return new DevOptions(endpoint, shards, mapping, idleTimeout, changed);
    }
}

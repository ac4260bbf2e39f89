package dev.millrace.lambda;

import dev.millrace.driver.PartitionSettings;
import dev.millrace.engine.Limits;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How a function runs its pipeline, from its environment:
 *
 * <ul>
 *   <li>{@code MILLRACE_PIPELINE}: the pipeline's class;
 *   <li>{@code MILLRACE_STATE_TABLE}: the table of its state; the pipeline's name and {@code -state} unless given;
 *   <li>{@code MILLRACE_MAPPING_ID}: the id of the event source mapping, where it retries without limit; without one, the
 *       last outbox is emitted again with each batch, which is safe but costs writes;
 *   <li>{@code MILLRACE_IDLE_TIMEOUT}: how long after its last record a shard counts as idle, as an ISO-8601 duration;
 *       {@code PT10S} unless given.
 * </ul>
 *
 * @param partition how each partition is driven
 */
public record HandlerSettings(Optional<String> stateTable, PartitionSettings partition) {
    static final String PIPELINE = "MILLRACE_PIPELINE";
    private static final String STATE_TABLE = "MILLRACE_STATE_TABLE";
    private static final String MAPPING_ID = "MILLRACE_MAPPING_ID";
    private static final String IDLE_TIMEOUT = "MILLRACE_IDLE_TIMEOUT";
    private static final String DEFAULT_IDLE_TIMEOUT = "PT10S";

    /** @throws IllegalArgumentException if a variable cannot be: the message names it, and its value */
    static HandlerSettings of(Map<String, String> environment) {
        String mappingId = environment.get(MAPPING_ID);
        String idle = environment.getOrDefault(IDLE_TIMEOUT, DEFAULT_IDLE_TIMEOUT);
        Duration idleTimeout;
        try {
            idleTimeout = Duration.parse(idle);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "environment variable " + IDLE_TIMEOUT + " is '" + idle + "', and must be a duration such as PT10S",
                    e);
        }
        return new HandlerSettings(
                Optional.ofNullable(environment.get(STATE_TABLE)),
                new PartitionSettings(mappingId, mappingId != null, idleTimeout, Limits.DEFAULT));
    }

    static String pipelineClass(Map<String, String> environment) {
        String name = environment.get(PIPELINE);
        if (name == null || name.isBlank()) {
            throw new IllegalArgumentException("environment variable " + PIPELINE
                    + " is not set: it must name the class that defines the pipeline");
        }
        return name;
    }
}

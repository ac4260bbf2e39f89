package dev.millrace.lambda;

import dev.millrace.driver.PartitionSettings;
import dev.millrace.engine.Limits;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How a function runs its pipeline, from its environment:
 *
 * <ul>
 *   <li>{@code MILLRACE_PIPELINE}: the pipeline's class;
 *   <li>{@code MILLRACE_STAGE}: the name of the stage that the function runs; may be left out where the pipeline has one;
 *   <li>{@code MILLRACE_STATE_TABLE}: the table of its state; the pipeline's name and {@code -state} unless given;
 *   <li>{@code MILLRACE_MAPPING_ID}: the id of the event source mapping, where it retries without limit; without one, the
 *       last outbox is emitted again with each batch, which is safe but costs writes;
 *   <li>{@code MILLRACE_IDLE_TIMEOUT}: how long after its last record a shard counts as idle, as an ISO-8601 duration;
 *       {@code PT10S} unless given.
 * </ul>
 *
 * @param stage the stage to run
 * @param stateTable the table of the pipeline's state
 * @param partition how each partition is driven
 */
public record HandlerSettings(Optional<String> stage, Optional<String> stateTable, PartitionSettings partition) {
    static final String PIPELINE = "MILLRACE_PIPELINE";
    static final String STAGE = "MILLRACE_STAGE";
    private static final String STATE_TABLE = "MILLRACE_STATE_TABLE";
    private static final String MAPPING_ID = "MILLRACE_MAPPING_ID";
    private static final String IDLE_TIMEOUT = "MILLRACE_IDLE_TIMEOUT";
    private static final String DEFAULT_IDLE_TIMEOUT = "PT10S";
    private static final Duration LONGEST_IDLE_TIMEOUT = Duration.ofDays(365);

    /** @throws IllegalArgumentException if a variable cannot be: the message names it, and its value */
    static HandlerSettings of(Map<String, String> environment) {
        String mappingId = value(environment, MAPPING_ID).orElse(null);
        return new HandlerSettings(
                value(environment, STAGE),
                value(environment, STATE_TABLE),
                new PartitionSettings(
                        mappingId,
                        mappingId != null,
                        idleTimeout(value(environment, IDLE_TIMEOUT).orElse(DEFAULT_IDLE_TIMEOUT)),
                        Limits.DEFAULT));
    }

    /**
     * The variables that say the same: what a function's environment must have. Limits are not among them.
     *
     * @param pipelineClass the pipeline's class, as in {@code Class.getName()}
     */
    public Map<String, String> environment(String pipelineClass) {
        Map<String, String> variables = new TreeMap<>();
        variables.put(PIPELINE, pipelineClass);
        stage.ifPresent(name -> variables.put(STAGE, name));
        stateTable.ifPresent(name -> variables.put(STATE_TABLE, name));
        String mappingId = partition.mappingId();
        if (mappingId != null && partition.retriesForever()) {
            variables.put(MAPPING_ID, mappingId);
        }
        variables.put(IDLE_TIMEOUT, partition.idleTimeout().toString());
        return variables;
    }

    /** Infrastructure tools set variables to nothing rather than leave them out. */
    private static Optional<String> value(Map<String, String> environment, String variable) {
        return Optional.ofNullable(environment.get(variable)).filter(value -> !value.isBlank());
    }

    private static Duration idleTimeout(String text) {
        @Nullable DateTimeException cause = null;
        try {
            Duration timeout = Duration.parse(text);
            // A negative one would make event time run ahead of the clock.
            if (!timeout.isNegative() && timeout.compareTo(LONGEST_IDLE_TIMEOUT) <= 0) {
                return timeout;
            }
        } catch (DateTimeException e) {
            cause = e;
        }
        throw new IllegalArgumentException(
                "environment variable " + IDLE_TIMEOUT + " is '" + text
                        + "', and must be a duration of 0 to 365 days, such as PT10S",
                cause);
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

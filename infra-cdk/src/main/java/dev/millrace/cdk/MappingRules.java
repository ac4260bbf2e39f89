package dev.millrace.cdk;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.services.lambda.CfnEventSourceMapping;
import software.constructs.IValidation;

/**
 * Refuses, when the stack is synthesized, what a user has changed of a mapping and exactness does not survive. What a raw
 * property override changes is not seen.
 */
final class MappingRules implements IValidation {
    static final String REPORT_FAILURES = "ReportBatchItemFailures";
    static final int UNLIMITED = -1;

    private final CfnEventSourceMapping mapping;
    /** What the mapping's id stands for, and what it must not become. */
    private final Identity made;

    /** @param mapping as it was made, before the user has changed anything */
    MappingRules(CfnEventSourceMapping mapping) {
        this.mapping = mapping;
        this.made = Identity.of(mapping);
    }

    private record Identity(
            @Nullable String eventSource,
            String function,
            @Nullable String startingPosition,
            @Nullable Double startingTime) {
        static Identity of(CfnEventSourceMapping mapping) {
            Number time = mapping.getStartingPositionTimestamp();
            return new Identity(
                    mapping.getEventSourceArn(),
                    mapping.getFunctionName(),
                    mapping.getStartingPosition(),
                    time == null ? null : time.doubleValue());
        }
    }

    @Override
    public List<String> validate() {
        List<String> errors = new ArrayList<>();
        if (mapping.getFilterCriteria() != null) {
            errors.add(
                    "an event filter drops records before the pipeline sees them: a shard whose records are all dropped"
                            + " looks stuck rather than idle, so that its windows never close, and positions tell nothing of what was"
                            + " dropped (T1). Filter in the pipeline instead: filter(...)");
        }
        require(
                errors,
                "ParallelizationFactor",
                mapping.getParallelizationFactor(),
                1,
                "a shard's batches must come one after another. Scale by shards");
        require(
                errors,
                "MaximumRetryAttempts",
                mapping.getMaximumRetryAttempts(),
                UNLIMITED,
                "a batch that is given up is lost. Let the pipeline pass over what cannot be processed: deadLetters(...)");
        require(
                errors,
                "MaximumRecordAgeInSeconds",
                mapping.getMaximumRecordAgeInSeconds(),
                UNLIMITED,
                "records that are given up for their age are lost");
        require(
                errors,
                "TumblingWindowInSeconds",
                mapping.getTumblingWindowInSeconds(),
                null,
                "the pipeline has windows of its own");
        if (!Identity.of(mapping).equals(made)) {
            errors.add(
                    "the event source, the function and the starting position are what the function knows its mapping by (E3),"
                            + " and are chosen in MappingProps: StartingPosition is " + mapping.getStartingPosition()
                            + ", and must be "
                            + made.startingPosition());
        }
        List<String> responseTypes = mapping.getFunctionResponseTypes();
        if (responseTypes == null || !responseTypes.contains(REPORT_FAILURES)) {
            errors.add("FunctionResponseTypes is " + responseTypes + ", and must contain " + REPORT_FAILURES
                    + ": the function reports the first record that failed, and what comes before it is done");
        }
        return errors;
    }

    private static void require(
            List<String> errors, String property, @Nullable Number value, @Nullable Integer required, String why) {
        @Nullable Integer actual = value == null ? null : value.intValue();
        if (!Objects.equals(actual, required)) {
            errors.add(property + " is " + actual + ", and must be " + (required == null ? "left out" : required) + ": "
                    + why);
        }
    }
}

package dev.millrace.plan;

import dev.millrace.Emission;
import dev.millrace.Operator;
import dev.millrace.Pipeline;
import dev.millrace.PipelineException;
import dev.millrace.Transform;
import dev.millrace.Windows;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Refuses what cannot be grouped by key. Is shown a pipeline's operators in their order. */
final class GroupingChecks {
    private final Pipeline pipeline;
    /** For each operator that comes after an aggregation, the name of one. */
    private final Map<String, String> aggregationBefore = new HashMap<>();
    /** For each operator whose values may be other versions of those before, the aggregation that they are results of. */
    private final Map<String, Operator> refinedBy = new HashMap<>();

    GroupingChecks(Pipeline pipeline) {
        this.pipeline = pipeline;
    }

    void check(Operator operator) {
        if (operator.transform() instanceof Transform.KeyBy keyBy) {
            checkUse(operator);
            if (keyBy.byPartitionKey()) {
                checkPartitionKey(operator);
            }
            checkRefinements(operator);
        } else if (operator.transform() instanceof Transform.Aggregate aggregate) {
            checkSlices(operator, aggregate);
        }
        follow(operator);
    }

    private void follow(Operator operator) {
        if (operator.transform() instanceof Transform.Aggregate aggregate) {
            aggregationBefore.put(operator.name(), operator.name());
            if (refinement(aggregate) != null) {
                refinedBy.put(operator.name(), operator);
            }
            return;
        }
        first(operator, aggregationBefore).ifPresent(name -> aggregationBefore.put(operator.name(), name));
        if (!(operator.transform() instanceof Transform.LateRecords)) {
            first(operator, refinedBy).ifPresent(aggregate -> refinedBy.put(operator.name(), aggregate));
        }
    }

    private static <V> Optional<V> first(Operator operator, Map<String, V> byName) {
        return operator.inputs().stream()
                .filter(byName::containsKey)
                .map(byName::get)
                .findFirst();
    }

    private void checkUse(Operator operator) {
        boolean isUsed = pipeline.operators().stream()
                .anyMatch(follower -> follower.inputs().contains(operator.name()));
        if (!isUsed) {
            throw new PipelineException(
                    at(operator) + " groups by key, and nothing follows: call aggregate, or window and aggregate");
        }
    }

    private void checkPartitionKey(Operator operator) {
        String aggregation = aggregationBefore.get(operator.inputs().get(0));
        if (aggregation != null) {
            throw new PipelineException(at(operator) + " groups by the partition key of records, after operator '"
                    + aggregation + "' has aggregated them: use keyBy, which groups by any key, in a stage of its own");
        }
    }

    /** What is sent again in another version would be aggregated again, beside the version before (X5). */
    private void checkRefinements(Operator operator) {
        Operator refined = refinedBy.get(operator.inputs().get(0));
        if (refined != null) {
            throw new PipelineException(
                    at(operator) + " groups the results of operator '" + refined.name() + "', which "
                            + refinement((Transform.Aggregate) refined.transform())
                            + ": a result would be counted again with each version of it. Send them to a table or stream, or"
                            + " group results that come once: of windows without allowed lateness, emitted on close");
        }
    }

    /** Why an aggregation's results come in several versions, or null if each comes once. */
    private static @Nullable String refinement(Transform.Aggregate aggregate) {
        if (aggregate.windows() == null) {
            return "runs without windows, so that its results are never final";
        }
        if (!(aggregate.emission() instanceof Emission.OnClose)) {
            return "emits results that are not final";
        }
        return aggregate.windows().allowedLateness().isZero()
                ? null
                : "allows for lateness of " + aggregate.windows().allowedLateness()
                        + ", so that late records change its results";
    }

    /**
     * What is sent of a slice to another stage may lack some of its first windows; how many is stored as a number of
     * milliseconds within the slice.
     */
    private void checkSlices(Operator operator, Transform.Aggregate aggregate) {
        Transform input = pipeline.operator(operator.inputs().get(0)).transform();
        boolean isCut = input instanceof Transform.KeyBy keyBy && !keyBy.byPartitionKey();
        if (isCut && aggregate.windows() instanceof Windows.Sliding sliding) {
            long slideMillis = sliding.slide().toMillis();
            long windows = (sliding.size().toMillis() + slideMillis - 1) / slideMillis;
            if (windows > sliding.sliceMillis()) {
                throw new PipelineException(at(operator) + " has sliding windows of " + sliding.size() + " every "
                        + sliding.slide() + ": a record is in " + windows + " of them, and behind keyBy it can be in "
                        + sliding.sliceMillis() + " (the milliseconds that size and slide are multiples of)."
                        + " Make the slide longer, or group by keyByPartitionKey");
            }
        }
    }

    private String at(Operator operator) {
        return "pipeline '" + pipeline.name() + "': operator '" + operator.name() + "'";
    }
}

package dev.millrace.engine;

import dev.millrace.Operator;
import dev.millrace.Pipeline;
import dev.millrace.PipelineException;
import dev.millrace.Transform;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The operators of one stage. A pipeline is cut where values are grouped by a key that their records were not partitioned
 * by: there one stage sends them on, and another, which begins with that {@link Transform.KeyBy}, has them together.
 *
 * <p>An operator can be part of several stages: what follows the merge of streams of two stages is done in both. An
 * aggregation's late records belong to the stages that send to it, where it is decided what is late (X3).
 *
 * @param name the stage's name: the source's, or that of the operator it begins with, with dots for slashes
 * @param keyBy the operator that it begins with; none in the stage that reads the source
 * @param operators the names of its operators, in the order of the pipeline
 * @param exchanges for each {@code keyBy} that it sends on to, the name of the stage that begins with it
 */
public record StageSlice(String name, Optional<String> keyBy, List<String> operators, Map<String, String> exchanges) {
    public StageSlice {
        operators = List.copyOf(operators);
        exchanges = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(exchanges));
    }

    /** All stages of a pipeline, the one that reads the source first, and the others in the order of the pipeline. */
    public static List<StageSlice> allOf(Pipeline pipeline) {
        if (pipeline.operators().isEmpty()) {
            throw new PipelineException("pipeline '" + pipeline.name() + "' has no source: call from(...)");
        }
        List<StageSlice> stages = new ArrayList<>();
        stages.add(new Walk(pipeline).from(null));
        for (Operator operator : pipeline.operators()) {
            if (isCut(operator)) {
                stages.add(new Walk(pipeline).from(operator));
            }
        }
        return stages;
    }

    /** The stage of this name. */
    public static StageSlice of(Pipeline pipeline, String stage) {
        List<Operator> operators = pipeline.operators();
        for (int i = 0; i < operators.size(); i++) {
            Operator operator = operators.get(i);
            if (stageName(operator).equals(stage) && (i == 0 || isCut(operator))) {
                return new Walk(pipeline).from(i == 0 ? null : operator);
            }
        }
        throw new PipelineException("pipeline '" + pipeline.name() + "' has no stage '" + stage + "'; it has "
                + String.join(
                        ", ", allOf(pipeline).stream().map(StageSlice::name).toList()));
    }

    boolean has(Operator operator) {
        return operators.contains(operator.name());
    }

    private static boolean isCut(Operator operator) {
        return operator.transform() instanceof Transform.KeyBy keyBy && !keyBy.byPartitionKey();
    }

    private static String stageName(Operator operator) {
        return operator.name().replace('/', '.');
    }

    /** Gathers what one stage consists of. */
    private static final class Walk {
        private final Pipeline pipeline;
        private final Set<Integer> places = new TreeSet<>();
        private final Map<String, String> exchanges = new LinkedHashMap<>();

        private Walk(Pipeline pipeline) {
            this.pipeline = pipeline;
        }

        private StageSlice from(@Nullable Operator keyBy) {
            Operator first = keyBy == null ? pipeline.operators().get(0) : keyBy;
            add(first);
            for (Operator follower : followers(first)) {
                if (keyBy == null) {
                    visit(follower);
                } else {
                    visitResults(follower);
                }
            }
            List<String> operators = places.stream()
                    .map(place -> pipeline.operators().get(place).name())
                    .toList();
            return new StageSlice(
                    stageName(first), Optional.ofNullable(keyBy).map(Operator::name), operators, exchanges);
        }

        private void visit(Operator operator) {
            if (!add(operator)) {
                return;
            }
            boolean isCut = isCut(operator);
            if (isCut) {
                exchanges.put(operator.name(), stageName(operator));
            }
            for (Operator follower : followers(operator)) {
                if (isCut) {
                    followers(follower).stream().filter(Walk::takesLateRecords).forEach(this::visit);
                } else {
                    visit(follower);
                }
            }
        }

        /** An aggregation of the stage's own key: what is late to it has stayed behind. */
        private void visitResults(Operator aggregate) {
            add(aggregate);
            followers(aggregate).stream()
                    .filter(follower -> !takesLateRecords(follower))
                    .forEach(this::visit);
        }

        private static boolean takesLateRecords(Operator operator) {
            return operator.transform() instanceof Transform.LateRecords;
        }

        private boolean add(Operator operator) {
            return places.add(pipeline.operators().indexOf(operator));
        }

        private List<Operator> followers(Operator operator) {
            return pipeline.operators().stream()
                    .filter(follower -> follower.inputs().contains(operator.name()))
                    .toList();
        }
    }
}

package dev.millrace.engine;

import dev.millrace.Operator;
import dev.millrace.Pipeline;
import dev.millrace.Transform;

/** How long a value may matter in the stages that it is sent on to, from window to window. */
final class Horizon {
    private final Pipeline pipeline;

    Horizon(Pipeline pipeline) {
        this.pipeline = pipeline;
    }

    /**
     * When the last window is over, in any stage from a {@code keyBy} on, that a value may be part of.
     *
     * @param timeMillis the value's event time
     * @return {@link Progress#NO_TIME} if it is part of none
     */
    long overMillis(String keyBy, long timeMillis) {
        long last = Progress.NO_TIME;
        for (Operator aggregate : pipeline.operators()) {
            if (aggregate.inputs().contains(keyBy) && aggregate.transform() instanceof Transform.Aggregate transform) {
                long over = Windowing.of(transform.windows()).overMillis(timeMillis);
                if (over != Progress.NO_TIME) {
                    last = Math.max(last, Math.max(over, afterMillis(aggregate, over - 1)));
                }
            }
        }
        return last;
    }

    /** The same for what comes after an operator. */
    private long afterMillis(Operator operator, long timeMillis) {
        long last = Progress.NO_TIME;
        for (Operator follower : pipeline.operators()) {
            if (follower.inputs().contains(operator.name())) {
                last = Math.max(
                        last,
                        follower.transform() instanceof Transform.KeyBy
                                ? overMillis(follower.name(), timeMillis)
                                : afterMillis(follower, timeMillis));
            }
        }
        return last;
    }
}

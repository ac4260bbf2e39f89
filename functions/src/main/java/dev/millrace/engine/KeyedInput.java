package dev.millrace.engine;

import dev.millrace.Transform;
import dev.millrace.codec.Codec;
import dev.millrace.codec.Codecs;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Gives values to aggregations by their key, in this stage or, where they have to be brought together first, in another. */
final class KeyedInput implements Receiver {
    private final String name;
    private final Transform.KeyBy keyBy;
    private final List<AggregateInput> aggregates;
    private final TaskScope task;

    KeyedInput(String name, Transform.KeyBy keyBy, List<AggregateInput> aggregates, TaskScope task) {
        this.name = name;
        this.keyBy = keyBy;
        this.aggregates = aggregates;
        this.task = task;
    }

    @Override
    public void accept(Object value, Context context) {
        Object key = keyOf(value, context);
        for (int i = 0; i < aggregates.size(); i++) {
            task.pending().add(aggregates.get(i), key, value);
        }
    }

    private Object keyOf(Object value, Context context) {
        Function<Object, @Nullable Object> function = keyBy.key();
        if (function == null) {
            return context.record().partitionKey();
        }
        @Nullable Object key;
        boolean isInPlace;
        try {
            key = function.apply(value);
            isInPlace = !keyBy.byPartitionKey()
                    || (key != null && isPartitionKey(key, context.record().partitionKey()));
        } catch (RuntimeException e) {
            throw Operators.failed(name, e, context);
        }
        if (key == null) {
            throw RecordFailure.timed(
                    Reason.NULL_KEY,
                    "operator '" + name + "' has no key for this value: filter such values out before it",
                    null,
                    context.eventTimeMillis());
        }
        if (!isInPlace) {
            throw RecordFailure.timed(
                    Reason.KEY_MISMATCH,
                    "operator '" + name + "' groups this record by '" + key + "', but it was put with partition key '"
                            + context.record().partitionKey()
                            + "': put records with the grouping key for their partition key, or group them with keyBy",
                    null,
                    context.eventTimeMillis());
        }
        return key;
    }

    private boolean isPartitionKey(Object key, String partitionKey) {
        Codec<Object> codec = keyBy.keyCodec();
        if (key instanceof String text && codec == (Codec<?>) Codecs.string()) {
            return text.equals(partitionKey);
        }
        return Arrays.equals(codec.encode(key), partitionKey.getBytes(StandardCharsets.UTF_8));
    }
}

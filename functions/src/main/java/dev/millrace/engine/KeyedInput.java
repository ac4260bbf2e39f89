package dev.millrace.engine;

import dev.millrace.Transform;
import dev.millrace.codec.Codec;
import dev.millrace.codec.Codecs;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gives values to aggregations by their key, which must be the partition key of the record that they come from. */
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
        String partitionKey = context.record().partitionKey();
        @Nullable Object key;
        boolean isPartitionKey;
        try {
            key = keyBy.key().apply(value);
            isPartitionKey = key != null && isPartitionKey(key, partitionKey);
        } catch (RuntimeException e) {
            throw Operators.failed(name, e, context);
        }
        if (key == null || !isPartitionKey) {
            throw RecordFailure.timed(
                    Reason.KEY_MISMATCH,
                    "operator '" + name + "' groups this record by " + (key == null ? "no key" : "'" + key + "'")
                            + ", but it was put with partition key '" + partitionKey
                            + "': put records with the grouping key for their partition key",
                    null,
                    context.eventTimeMillis());
        }
        for (int i = 0; i < aggregates.size(); i++) {
            task.pending().add(aggregates.get(i), key, value);
        }
    }

    private boolean isPartitionKey(Object key, String partitionKey) {
        Codec<Object> codec = keyBy.keyCodec();
        if (key instanceof String text && codec == (Codec<?>) Codecs.string()) {
            return text.equals(partitionKey);
        }
        return Arrays.equals(codec.encode(key), partitionKey.getBytes(StandardCharsets.UTF_8));
    }
}

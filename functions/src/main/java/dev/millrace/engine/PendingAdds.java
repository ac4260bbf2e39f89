package dev.millrace.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * The values of one record that wait until the whole pipeline has shown that it can process the record. One object serves all
 * records of a task, so that a record allocates nothing here.
 */
final class PendingAdds {
    private final List<AggregateInput> inputs = new ArrayList<>();
    private final List<Object> keys = new ArrayList<>();
    private final List<Object> values = new ArrayList<>();

    void add(AggregateInput input, Object key, Object value) {
        inputs.add(input);
        keys.add(key);
        values.add(value);
    }

    int size() {
        return inputs.size();
    }

    AggregateInput input(int index) {
        return inputs.get(index);
    }

    Object key(int index) {
        return keys.get(index);
    }

    Object value(int index) {
        return values.get(index);
    }

    void clear() {
        truncate(0);
    }

    /** Forgets the values from an index on. */
    void truncate(int size) {
        for (int i = inputs.size() - 1; i >= size; i--) {
            inputs.remove(i);
            keys.remove(i);
            values.remove(i);
        }
    }
}

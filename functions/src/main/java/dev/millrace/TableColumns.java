package dev.millrace;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Names the attributes of a table's rows, see {@link EventStream#toTable}. What a column's function may give is listed at
 * {@link Sink.Column}. Attribute names that start with {@code millrace_} are the project's own.
 *
 * @param <T> the values that become rows
 */
public final class TableColumns<T> {
    private static final String RESERVED_PREFIX = "millrace_";

    private final String table;
    private final Set<String> names = new HashSet<>();
    private final List<Sink.Column<T>> attributes = new ArrayList<>();
    private Sink.@Nullable Column<T> key;
    private Sink.@Nullable Column<T> sortKey;

    TableColumns(String table) {
        this.table = table;
    }

    /** The table's partition key, a text (a string or Instant); must be determined by the stream's key, and never null. */
    public TableColumns<T> key(String name, Function<? super T, @Nullable Object> value) {
        key = once(key, "key", column(name, value));
        return this;
    }

    /** The table's sort key, a text too, if it has one; must be determined by the stream's key and window, and never null. */
    public TableColumns<T> sortKey(String name, Function<? super T, @Nullable Object> value) {
        sortKey = once(sortKey, "sort key", column(name, value));
        return this;
    }

    /** Another attribute. */
    public TableColumns<T> attribute(String name, Function<? super T, @Nullable Object> value) {
        attributes.add(column(name, value));
        return this;
    }

    Sink.Table<T> build() {
        if (key == null) {
            throw new PipelineException("table '" + table + "' has no key: name one with key(name, function)");
        }
        return new Sink.Table<>(table, key, sortKey, attributes);
    }

    private Sink.Column<T> column(String name, Function<? super T, @Nullable Object> value) {
        if (name.isEmpty() || name.startsWith(RESERVED_PREFIX)) {
            throw new PipelineException("table '" + table + "' cannot have an attribute '" + name
                    + "': names must not be empty or start with " + RESERVED_PREFIX);
        }
        if (!names.add(name)) {
            throw new PipelineException("table '" + table + "' has two attributes '" + name + "'");
        }
        return new Sink.Column<>(name, value);
    }

    private Sink.Column<T> once(Sink.@Nullable Column<T> old, String what, Sink.Column<T> column) {
        if (old != null) {
            throw new PipelineException(
                    "table '" + table + "' has two " + what + "s: '" + old.name() + "' and '" + column.name() + "'");
        }
        return column;
    }
}

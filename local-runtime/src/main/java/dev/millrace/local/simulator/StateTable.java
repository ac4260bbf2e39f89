package dev.millrace.local.simulator;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The table of state logs: items by partition key and sort key, conditional writes, and reads that may be behind. */
final class StateTable {
    private static final int STALE_ONE_IN = 25;

    private final World world;
    private final LogWatch watch;
    private final Map<String, NavigableMap<Long, Versions>> items = new HashMap<>();

    StateTable(World world, LogWatch watch) {
        this.world = world;
        this.watch = watch;
    }

    /** What became of a write. */
    record Written(boolean isRefused, @Nullable Map<String, AttributeValue> before) {}

    /** @param isConditional on that the place is empty, or holds a smaller number */
    Written put(Map<String, AttributeValue> item, boolean isConditional) {
        Versions versions = versions(item);
        Map<String, AttributeValue> before = versions.newest();
        if (isConditional && before != null && number(before, "n") >= number(item, "n")) {
            watch.refused(text(item, "pk"));
            return new Written(true, before);
        }
        versions.add(item);
        watch.written(item, before);
        return new Written(false, before);
    }

    void delete(Map<String, AttributeValue> key) {
        versions(key).add(null);
    }

    @Nullable
    Map<String, AttributeValue> get(Map<String, AttributeValue> key, boolean isStrong) {
        return seen(versions(key), isStrong);
    }

    /** Those of a partition key, in the order of their sort keys. */
    List<Map<String, AttributeValue>> range(String partitionKey, long first, long last, boolean isStrong) {
        List<Map<String, AttributeValue>> found = new ArrayList<>();
        NavigableMap<Long, Versions> run = items.getOrDefault(partitionKey, new TreeMap<>());
        for (Versions versions : run.subMap(first, true, last, true).values()) {
            Map<String, AttributeValue> item = seen(versions, isStrong);
            if (item != null) {
                found.add(item);
            }
        }
        return found;
    }

    private @Nullable Map<String, AttributeValue> seen(Versions versions, boolean isStrong) {
        if (isStrong) {
            return versions.newest();
        }
        Map<String, AttributeValue> newest = versions.newest();
        boolean couldBeStale = newest != versions.before(1);
        return couldBeStale && world.happens(Fault.STALE_READ, STALE_ONE_IN)
                ? versions.before(1 + world.pick(world.profile == Profile.stale ? Versions.MOST_BEHIND : 2))
                : newest;
    }

    private Versions versions(Map<String, AttributeValue> key) {
        return items.computeIfAbsent(text(key, "pk"), absent -> new TreeMap<>())
                .computeIfAbsent(number(key, "sk"), absent -> new Versions());
    }

    static String text(Map<String, AttributeValue> item, String name) {
        return value(item, name).s();
    }

    static long number(Map<String, AttributeValue> item, String name) {
        return Long.parseLong(value(item, name).n());
    }

    private static AttributeValue value(Map<String, AttributeValue> item, String name) {
        AttributeValue value = item.get(name);
        if (value == null) {
            throw new Violation("an item of the state table has no attribute '" + name + "': " + item.keySet());
        }
        return value;
    }
}

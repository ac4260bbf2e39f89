package dev.millrace.local.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** An item of a table, and what it was before its last writes. Null where there is none. */
final class Versions {
    /** How many writes a read may be behind. */
    static final int MOST_BEHIND = 8;

    private final List<@Nullable Map<String, AttributeValue>> versions = new ArrayList<>();

    Versions() {
        versions.add(null);
    }

    @Nullable
    Map<String, AttributeValue> newest() {
        return versions.get(versions.size() - 1);
    }

    /** As an eventually consistent read may see it. */
    @Nullable
    Map<String, AttributeValue> before(int writes) {
        return versions.get(Math.max(0, versions.size() - 1 - writes));
    }

    void add(@Nullable Map<String, AttributeValue> item) {
        versions.add(item);
        if (versions.size() > MOST_BEHIND + 1) {
            versions.remove(0);
        }
    }
}

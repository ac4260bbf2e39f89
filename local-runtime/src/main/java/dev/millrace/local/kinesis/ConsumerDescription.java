package dev.millrace.local.kinesis;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A consumer that is registered for enhanced fan-out.
 *
 * @param name unique in its stream; 1 to 128 characters of {@code a-zA-Z0-9_.-}
 * @param createdMillis when it was registered, milliseconds since 1970
 * @param tags by key
 */
public record ConsumerDescription(String name, long createdMillis, SortedMap<String, String> tags) {
    public ConsumerDescription {
        tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
    }

    ConsumerDescription withTags(SortedMap<String, String> changed) {
        return new ConsumerDescription(name, createdMillis, changed);
    }
}

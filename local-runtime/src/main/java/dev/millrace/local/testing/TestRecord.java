package dev.millrace.local.testing;

import java.nio.charset.StandardCharsets;

/**
 * A record as it is in a stream.
 *
 * @param partitionKey the partition key it was put with
 * @param data its bytes
 */
public record TestRecord(String partitionKey, byte[] data) {
    /** The data, as text in UTF-8. */
    public String text() {
        return new String(data, StandardCharsets.UTF_8);
    }

    /**
     * The data, as JSON; properties that the type does not have are passed over, such as {@code millrace_id}.
     *
     * @throws IllegalArgumentException if it is not, or is not of that type
     */
    public <T> T as(Class<T> type) {
        return TestJson.read(data, type);
    }
}

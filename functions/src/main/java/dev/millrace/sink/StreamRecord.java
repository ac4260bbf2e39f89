package dev.millrace.sink;

import java.nio.charset.StandardCharsets;

/**
 * A record for a Kinesis stream.
 *
 * @param partitionKey 1 to 256 characters
 * @param data not to be changed afterwards
 */
public record StreamRecord(String partitionKey, byte[] data) {
    /** Its bytes as Kinesis counts them for its limits: those of the data and of the partition key in UTF-8. */
    public long size() {
        return (long) data.length + partitionKey.getBytes(StandardCharsets.UTF_8).length;
    }
}

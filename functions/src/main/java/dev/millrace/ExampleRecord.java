package dev.millrace;

/**
 * A record to try a pipeline with.
 *
 * @param partitionKey the partition key to put it with
 * @param data its data, as text on one line
 */
public record ExampleRecord(String partitionKey, String data) {}

package dev.millrace.plan;

import java.util.List;

/**
 * What a stage's function must be allowed to do with one stream or table.
 *
 * @param kind what it is
 * @param name its name
 * @param actions what is done with it, in the words of IAM policies, such as {@code kinesis:PutRecords}; each once, sorted
 */
public record Permission(Kind kind, String name, List<String> actions) {
    /** What a permission is for. */
    public enum Kind {
        /** A Kinesis data stream. */
        STREAM,
        /** A DynamoDB table. */
        TABLE
    }

    public Permission {
        actions = List.copyOf(actions);
    }
}

package dev.millrace.local.kinesis;

import java.time.Instant;

/** Where in a shard to start reading; the names are those of Kinesis's shard iterator types. */
public sealed interface StartingPosition {
    /** The oldest record that retention has not yet removed. */
    record TrimHorizon() implements StartingPosition {}

    /** Just after the newest record. */
    record Latest() implements StartingPosition {}

    /** At the record with that sequence number, inclusive. */
    record AtSequenceNumber(String sequenceNumber) implements StartingPosition {}

    /** After the record with that sequence number. */
    record AfterSequenceNumber(String sequenceNumber) implements StartingPosition {}

    /** At the first record that arrived at that instant or later; the instant may not lie in the future. */
    record AtTimestamp(Instant timestamp) implements StartingPosition {}
}

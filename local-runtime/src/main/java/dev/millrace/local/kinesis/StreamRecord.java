package dev.millrace.local.kinesis;

import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * A record read from a shard.
 *
 * @param sequenceNumber 56 decimal digits, strictly increasing within the shard
 * @param approximateArrival when it was put, in whole milliseconds; never decreases within a shard
 * @param partitionKey the partition key it was put with
 * @param data its bytes; read-only, and valid for as long as it is referenced
 */
public record StreamRecord(String sequenceNumber, Instant approximateArrival, String partitionKey, ByteBuffer data) {}

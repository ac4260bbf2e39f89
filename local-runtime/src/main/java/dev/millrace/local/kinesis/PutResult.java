package dev.millrace.local.kinesis;

/** Where a record was put. */
public record PutResult(String shardId, String sequenceNumber) {}

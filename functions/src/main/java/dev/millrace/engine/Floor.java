package dev.millrace.engine;

/**
 * A watermark that one part of a partition's hash range has reached before the partition as a whole (R4).
 *
 * @param range the part
 * @param watermark in epoch milliseconds
 */
public record Floor(HashRange range, long watermark) {}

package dev.millrace.engine;

import org.jspecify.annotations.Nullable;

/**
 * How far a partition has come, as of a commit. All times are in epoch milliseconds; {@link #NO_TIME} stands for "none
 * yet".
 *
 * @param position the last record decided, or null where none was
 * @param arrivalMillis when the record at the position arrived in the stream
 * @param recordWatermark the watermark that the records alone have brought about
 * @param watermark event time up to which the partition is complete: {@code recordWatermark}, or later where ticks have
 *     advanced it. Never goes back
 */
public record Progress(@Nullable Position position, long arrivalMillis, long recordWatermark, long watermark) {
    public static final long NO_TIME = Long.MIN_VALUE;

    /** Before the first record of a partition. */
    public static final Progress NONE = new Progress(null, NO_TIME, NO_TIME, NO_TIME);
}

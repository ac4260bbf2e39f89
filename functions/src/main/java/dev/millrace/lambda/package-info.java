/**
 * The Lambda side: Kinesis events, their decoding, partial failures, ticks. Open
 * {@link dev.millrace.lambda.AggregatedRecords} for how aggregated records are unpacked.
 */
@NullMarked
package dev.millrace.lambda;

import org.jspecify.annotations.NullMarked;

/**
 * The Lambda function: {@link dev.millrace.lambda.KinesisHandler} takes Kinesis events and ticks, and is the same for every
 * pipeline. It decodes events, hands batches to the partitions' drivers, and answers which record failed. Open
 * {@code KinesisHandler} first.
 */
@NullMarked
package dev.millrace.lambda;

import org.jspecify.annotations.NullMarked;

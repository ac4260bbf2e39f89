/**
 * What all drivers share: {@link dev.millrace.driver.PartitionDriver} feeds a partition's task from batches and ticks, commits
 * what comes of it to the state log, and emits what is committed, in the order that the protocol wants (rules E1 to E6, L2,
 * L4, T1), and hands its state over where its shard splits or merges (R1, R2). It reads no clock: time comes with each batch and tick. Open {@code PartitionDriver} first.
 */
@NullMarked
package dev.millrace.driver;

import org.jspecify.annotations.NullMarked;

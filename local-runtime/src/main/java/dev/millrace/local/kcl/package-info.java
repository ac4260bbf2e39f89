/**
 * A pipeline that several processes share: the Kinesis Client Library leases the shards of each stage's stream to them, and takes
 * those of a process that is gone to the others. Stages meet through the internal streams, as on Lambda. Who holds a shard is
 * KCL's business; how far it has come, and what becomes of two that hold the same, is the state log's, as in all other drivers.
 * Open {@link dev.millrace.local.kcl.SharedPipeline} first, then {@code SharedShard}.
 *
 * <p>Nothing else here imports the library, so that its classes are loaded only where it is asked for.
 */
@NullMarked
package dev.millrace.local.kcl;

import org.jspecify.annotations.NullMarked;

/**
 * An embedded Kinesis Data Streams: the shard log, with Kinesis's semantics, as a Java API without any wire protocol.
 *
 * <p>Open {@link dev.millrace.local.kinesis.EmbeddedKinesis} first. Below it, {@code Stream} routes records to shards,
 * {@code ShardLog} stores one shard's records in {@code Segment}s (files, or arrays if there is no data directory), and
 * {@code Catalog} holds everything else: which streams, shards and consumers exist. A consumer's
 * {@link dev.millrace.local.kinesis.ShardSubscription} is told of records by the log.
 *
 * <p>May import the JDK and Jackson (for the catalog file); no HTTP and no AWS SDK.
 */
@NullMarked
package dev.millrace.local.kinesis;

import org.jspecify.annotations.NullMarked;

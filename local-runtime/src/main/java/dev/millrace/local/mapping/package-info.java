/**
 * An event source mapping in this process: polls the shards of a stream and invokes a function with batches, as AWS does. Open
 * {@link dev.millrace.local.mapping.EventSourceMapping} first; {@link dev.millrace.local.mapping.Delivery} has the rules of
 * retries.
 */
@NullMarked
package dev.millrace.local.mapping;

import org.jspecify.annotations.NullMarked;

/**
 * The streams that pipelines read, wherever they are: in this process, at any Kinesis, or lines of a file, a socket or standard
 * input, or made at a rate. Open {@link dev.millrace.local.source.SourceStream} first;
 * {@link dev.millrace.local.source.SourceSpec} opens one from the text of an option.
 *
 * <p>What can be read from any place ({@code FileStream}, {@code RateStream}) is dealt to shards a {@code Block} at a time, and
 * a {@code BlockReader} keeps the blocks at which shards are. What comes once ({@code LineStream}) is held until it was read.
 */
@NullMarked
package dev.millrace.local.source;

import org.jspecify.annotations.NullMarked;

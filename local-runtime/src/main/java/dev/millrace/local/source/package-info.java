/**
 * The streams that pipelines read, wherever they are: in this process, or at any Kinesis. Open
 * {@link dev.millrace.local.source.SourceStream} first.
 */
@NullMarked
package dev.millrace.local.source;

import org.jspecify.annotations.NullMarked;

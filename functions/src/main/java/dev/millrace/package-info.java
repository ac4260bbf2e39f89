/**
 * The user's API: a {@link dev.millrace.Pipeline} as data, and the streams, windows, aggregations, sinks and emission modes
 * it is made of. No threads, no input or output, no AWS; imports only {@code dev.millrace.codec}. Open
 * {@link dev.millrace.Pipeline} first, then {@link dev.millrace.EventStream}; the engine reads what they make as
 * {@link dev.millrace.Operator}s and {@link dev.millrace.Transform}s.
 */
@NullMarked
package dev.millrace;

import org.jspecify.annotations.NullMarked;

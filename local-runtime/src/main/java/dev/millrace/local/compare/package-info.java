/**
 * Micro-batches and record at a time, measured side by side: what {@code millrace compare} shows. Open
 * {@link dev.millrace.local.compare.Comparison} first: it has each mode measured in a process of its own, by
 * {@link dev.millrace.local.compare.MeasuringProcess}; {@link dev.millrace.local.compare.SinkWatch} says what counts as a result.
 */
@NullMarked
package dev.millrace.local.compare;

import org.jspecify.annotations.NullMarked;

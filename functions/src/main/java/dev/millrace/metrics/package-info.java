/**
 * What a stage tells of itself while it runs: {@link dev.millrace.metrics.Metric} names each metric, its unit, what it means
 * and what to do about it. Knows nothing of AWS but names. Open {@code Metric} first.
 */
@NullMarked
package dev.millrace.metrics;

import org.jspecify.annotations.NullMarked;

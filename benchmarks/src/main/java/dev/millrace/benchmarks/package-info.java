/**
 * What Millrace takes: CPU time for each record, write units for each batch, and time to start. docs/performance.md says
 * how to run each, and what came of it. Open {@link dev.millrace.benchmarks.CommitCost} or
 * {@link dev.millrace.benchmarks.EngineBenchmark} first.
 */
@NullMarked
package dev.millrace.benchmarks;

import org.jspecify.annotations.NullMarked;

/**
 * CDK constructs that make a pipeline's infrastructure: {@link dev.millrace.cdk.StreamPipeline} reads the pipeline's plan, so
 * that nothing is declared twice. Open it first; {@link dev.millrace.cdk.StreamPipelineProps} says what can be chosen.
 */
@NullMarked
package dev.millrace.cdk;

import org.jspecify.annotations.NullMarked;

/**
 * AWS, or what stands in for it, as pipelines use it: {@link dev.millrace.local.aws.AwsAddress} says where it is, and makes
 * clients; {@link dev.millrace.local.aws.PipelineResources} makes what a pipeline needs there, and removes it again. Imports
 * nothing of the embedded endpoint.
 */
@NullMarked
package dev.millrace.local.aws;

import org.jspecify.annotations.NullMarked;

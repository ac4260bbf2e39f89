/**
 * A pipeline running in this process as it would on AWS: the local endpoint, the pipeline's streams and tables on it, and the
 * real Lambda handler behind a local event source mapping. Open {@link dev.millrace.local.dev.DevRuntime} first.
 */
@NullMarked
package dev.millrace.local.dev;

import org.jspecify.annotations.NullMarked;

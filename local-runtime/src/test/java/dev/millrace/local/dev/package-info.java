/** Whole pipelines in this process, against the endpoint. */
@NullMarked
package dev.millrace.local.dev;

import org.jspecify.annotations.NullMarked;

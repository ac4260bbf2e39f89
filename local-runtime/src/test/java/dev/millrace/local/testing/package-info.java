/** Test pipelines, and what they say to those who err. */
@NullMarked
package dev.millrace.local.testing;

import org.jspecify.annotations.NullMarked;

/** The Kinesis peer of the functions' tests, which modules cannot share without publishing it. */
@NullMarked
package dev.millrace.testing;

import org.jspecify.annotations.NullMarked;

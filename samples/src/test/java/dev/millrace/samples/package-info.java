/** What the tests of all samples need. */
@NullMarked
package dev.millrace.samples;

import org.jspecify.annotations.NullMarked;

/** What the tests of all samples need: the command in a process of its own, the AWS CLI, and the jar that was built. */
@NullMarked
package dev.millrace.samples;

import org.jspecify.annotations.NullMarked;

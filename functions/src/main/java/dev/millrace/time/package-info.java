/**
 * Time that passes, as an argument: what has to wait, at the edges to AWS, is given a {@link dev.millrace.time.Pause} by the
 * driver that has the clock. Imports nothing of the project.
 */
@NullMarked
package dev.millrace.time;

import org.jspecify.annotations.NullMarked;

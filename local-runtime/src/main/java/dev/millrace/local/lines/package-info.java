/**
 * Text as records: how it is cut into lines, which of them count, and what their partition keys are; the same for what is put
 * and for what a source reads by itself. Open {@link dev.millrace.local.lines.LineReader} first. May import the JDK and Jackson.
 */
@NullMarked
package dev.millrace.local.lines;

import org.jspecify.annotations.NullMarked;

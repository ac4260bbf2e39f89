/** Tests of lines and their partition keys. */
@NullMarked
package dev.millrace.local.lines;

import org.jspecify.annotations.NullMarked;

/** The words of lines of text, counted: open {@link dev.millrace.samples.wordcount.WordCount}. */
@NullMarked
package dev.millrace.samples.wordcount;

import org.jspecify.annotations.NullMarked;

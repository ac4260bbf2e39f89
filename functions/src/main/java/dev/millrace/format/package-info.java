/** Bytes of the stored forms: numbers, strings and blocks. Imports nothing else of the project. */
@NullMarked
package dev.millrace.format;

import org.jspecify.annotations.NullMarked;

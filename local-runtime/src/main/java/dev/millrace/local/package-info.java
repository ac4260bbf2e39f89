/** The millrace command and what it runs. */
@NullMarked
package dev.millrace.local;

import org.jspecify.annotations.NullMarked;

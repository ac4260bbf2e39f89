/** For JUnit Jupiter: {@link dev.millrace.local.junit.MillraceExtension}. Its users bring JUnit. */
@NullMarked
package dev.millrace.local.junit;

import org.jspecify.annotations.NullMarked;

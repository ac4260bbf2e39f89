/** The JUnit extension, in tests of classes that use it. */
@NullMarked
package dev.millrace.local.junit;

import org.jspecify.annotations.NullMarked;

/**
 * For tests of pipelines: a {@link dev.millrace.local.testing.TestPipeline} runs one on the real handler, at whichever
 * {@link dev.millrace.local.testing.Backend} there is. Open {@code TestPipeline} first;
 * {@link dev.millrace.local.junit.MillraceExtension} makes one for each test of a JUnit class. Needs no test framework.
 */
@NullMarked
package dev.millrace.local.testing;

import org.jspecify.annotations.NullMarked;

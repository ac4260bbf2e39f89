/** Tests of how AWS, and what stands in for it, is reached. */
@NullMarked
package dev.millrace.local.aws;

import org.jspecify.annotations.NullMarked;

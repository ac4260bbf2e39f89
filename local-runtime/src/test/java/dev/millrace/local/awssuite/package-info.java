/** The AWS suite: what must hold at AWS, and wherever AWS is stood in for. Open {@code AwsSuite} first. */
@NullMarked
package dev.millrace.local.awssuite;

import org.jspecify.annotations.NullMarked;

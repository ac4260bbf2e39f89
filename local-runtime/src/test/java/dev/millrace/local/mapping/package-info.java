/** Tests of the local event source mapping, over streams in memory. */
@NullMarked
package dev.millrace.local.mapping;

import org.jspecify.annotations.NullMarked;

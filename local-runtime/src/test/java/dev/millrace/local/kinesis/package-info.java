/** Tests of the shard log itself, with a clock that they move. */
@NullMarked
package dev.millrace.local.kinesis;

import org.jspecify.annotations.NullMarked;

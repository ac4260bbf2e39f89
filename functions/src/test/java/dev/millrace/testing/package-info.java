/** Peers that tests run against: DynamoDB Local in process, and Kinesis as far as {@code PutRecords} goes. */
@NullMarked
package dev.millrace.testing;

import org.jspecify.annotations.NullMarked;

/**
 * Emitters: they write an entry's outbox to tables, streams and collections once the entry is committed. An output has the
 * same id ({@link dev.millrace.sink.OutputId}) however often it is emitted; tables compare it with the version of the row
 * that is there, and streams carry it. Imports the user's API, the engine's outputs and the AWS SDK. Open
 * {@link dev.millrace.sink.OutboxEmitter} first.
 */
@NullMarked
package dev.millrace.sink;

import org.jspecify.annotations.NullMarked;

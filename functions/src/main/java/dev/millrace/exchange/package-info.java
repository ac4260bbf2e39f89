/**
 * What one stage sends to another: records of an internal stream, each with what one entry has for one destination. Open
 * {@link dev.millrace.exchange.PackedRecord} first. It imports the engine's parts, and the emitters' way to write records.
 */
@NullMarked
package dev.millrace.exchange;

import org.jspecify.annotations.NullMarked;

/**
 * The state log: the durable record of a partition. A ring of numbered entries, one conditional write for each commit,
 * and buckets that hold the state itself, so that old entries may be overwritten. Comments name the rules of the
 * protocol that code is there for (L1 to L4, B1 to B4, E2, E4, R2 to R4); docs/state-format.md describes what is stored. Imports
 * the engine's data types, and nothing of AWS: {@link dev.millrace.state.StateLogStore} is where a database comes in. Open
 * {@link dev.millrace.state.StateLog} first.
 */
@NullMarked
package dev.millrace.state;

import org.jspecify.annotations.NullMarked;

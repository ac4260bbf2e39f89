/**
 * The task: a partition's operators and keyed state in memory. Pure: no clock, no input or output, no randomness; time
 * and records come in as arguments, and what has changed goes out as {@link dev.millrace.engine.Changes}. It imports the
 * user's API and the bytes of stored forms, and nothing else of the project. Open {@link dev.millrace.engine.Task} first.
 */
@NullMarked
package dev.millrace.engine;

import org.jspecify.annotations.NullMarked;

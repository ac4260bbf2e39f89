/**
 * A pipeline record at a time: operators start once, a thread for each source shard applies records as they come, and threads for
 * the stages behind a {@code keyBy} take what is sent to them straight, through no stream. All commit to the same state log as on
 * Lambda, by the same rules, so that a pipeline may go on there, and back. Open {@link dev.millrace.local.runner.Runner} first;
 * {@link dev.millrace.local.runner.StraightEmitter} has the rule by which what is sent straight and what went through a stream
 * fit together.
 */
@NullMarked
package dev.millrace.local.runner;

import org.jspecify.annotations.NullMarked;

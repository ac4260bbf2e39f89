/**
 * A page that shows a running pipeline, and the same as JSON. {@link dev.millrace.local.view.PipelineWatch} sees what passes, in the threads that
 * do the work, and keeps a bounded part of it; {@link dev.millrace.local.view.LiveView} serves that on loopback. Open
 * {@code LiveView} first.
 */
@NullMarked
package dev.millrace.local.view;

import org.jspecify.annotations.NullMarked;

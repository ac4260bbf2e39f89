/**
 * A pipeline as it will run: cut into stages, with the streams, tables and state that each needs. Data, made by
 * {@link dev.millrace.plan.Plan#of}, which refuses pipelines that cannot run; open that first. Imports the user's API, and the
 * engine's cut.
 */
@NullMarked
package dev.millrace.plan;

import org.jspecify.annotations.NullMarked;

/**
 * The app that {@code npx cdk} runs: it deploys one pipeline, that of a sample or of any jar. Open
 * {@link dev.millrace.cdk.app.Main} first.
 */
@NullMarked
package dev.millrace.cdk.app;

import org.jspecify.annotations.NullMarked;

/**
 * Functions that run as on Lambda: the jar that would be deployed, in processes of their own, started by AWS's runtime
 * interface client, which talks to a Lambda Runtime API that is served here. Open
 * {@link dev.millrace.local.packaged.PackagedFunction} first.
 */
@NullMarked
package dev.millrace.local.packaged;

import org.jspecify.annotations.NullMarked;

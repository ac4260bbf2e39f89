/** Page views per page and minute: open {@link dev.millrace.samples.clickstream.Clickstream}. */
@NullMarked
package dev.millrace.samples.clickstream;

import org.jspecify.annotations.NullMarked;

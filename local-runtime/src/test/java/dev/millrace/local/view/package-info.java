/** The page of a running pipeline: what it shows, to whom, and that it holds nothing up. */
@NullMarked
package dev.millrace.local.view;

import org.jspecify.annotations.NullMarked;

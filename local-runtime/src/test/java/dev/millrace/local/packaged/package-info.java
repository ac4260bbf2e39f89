/** Packaged functions: their jars, their processes' Runtime API, and what they print. */
@NullMarked
package dev.millrace.local.packaged;

import org.jspecify.annotations.NullMarked;

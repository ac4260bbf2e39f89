/** The user's API. */
@NullMarked
package dev.millrace;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.millrace.sink;

import org.jspecify.annotations.NullMarked;

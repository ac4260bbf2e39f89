@NullMarked
package dev.millrace.exchange;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.millrace.lambda;

import org.jspecify.annotations.NullMarked;

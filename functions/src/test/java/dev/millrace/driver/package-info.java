@NullMarked
package dev.millrace.driver;

import org.jspecify.annotations.NullMarked;

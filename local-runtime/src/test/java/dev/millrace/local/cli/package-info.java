@NullMarked
package dev.millrace.local.cli;

import org.jspecify.annotations.NullMarked;

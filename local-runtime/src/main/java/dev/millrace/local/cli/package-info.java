/**
 * The {@code millrace} command line: what is typed, what is printed, and exit codes (0 done, 1 failed, 2 wrong usage). Each
 * command is a class here; {@link dev.millrace.local.cli.Main} puts them together, and is the one to open first.
 */
@NullMarked
package dev.millrace.local.cli;

import org.jspecify.annotations.NullMarked;

/** Tests of what figures are made of: schedules, lags, counts and tables. The command itself is tested with the samples. */
@NullMarked
package dev.millrace.local.compare;

import org.jspecify.annotations.NullMarked;

/** That the simulator runs, that it runs alike twice, and that it finds what is planted. */
@NullMarked
package dev.millrace.local.simulator;

import org.jspecify.annotations.NullMarked;

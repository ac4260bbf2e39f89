/**
 * The simulator: real handlers over simulated services, in which one seed decides every fault and the order of everything. It
 * tries to break what the project promises, and says how to see again what it has found.
 *
 * <p>Open {@link dev.millrace.local.simulator.Simulation} first: one seed, from its first step to the check of its results.
 * {@link dev.millrace.local.simulator.Truth} is what should come of it; {@link dev.millrace.local.simulator.Fault} has all that
 * may go wrong. May import the handler and what it is made of, and no other part of the local runtime.
 */
@NullMarked
package dev.millrace.local.simulator;

import org.jspecify.annotations.NullMarked;

package dev.millrace.engine;

import dev.millrace.Transform;

/**
 * An aggregation, as what comes before it sees it.
 *
 * @param lateRecords takes the values that are late, under the policy that gives them an output of their own
 */
record AggregateInput(Adder operator, Transform.LatePolicy latePolicy, Receiver lateRecords) {}

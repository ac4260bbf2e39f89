package dev.millrace.local.simulator;

/** The services of a simulation, whichever environment reaches them. */
record Services(StateTable state, RowTables rows, Streams streams, String stateTable) {}

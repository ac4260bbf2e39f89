package dev.millrace.local.simulator;

/** What kind of pipeline is simulated. Its details are the seed's choice. The names are those that a person types. */
public enum PipelineShape {
    /** One stage: windows by partition key. */
    single,
    /** Two stages: windows by a key of the records' own. */
    grouped,
    /** Three stages: windows over the results of windows. */
    chained,
    /** Sessions, in one stage or two. */
    sessions
}

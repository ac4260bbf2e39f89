package dev.millrace.cdk;

/**
 * The alarms of a stage. Each goes off per function: the one of a stage that is in trouble, and then often those of the stages
 * after it.
 */
public enum StageAlarm {
    ITERATOR_AGE(
            "IteratorAge",
            "Records were delivered that were older than half of the stream's retention (or another share of it, chosen with"
                    + " percentOfRetention), in 3 of 5 minutes. What gets older than the retention is lost.",
            "See Failures and Errors first: a stuck shard ages. Otherwise the stage is too slow: more memory, larger batches, more"
                    + " shards. To win time, raise the stream's retention."),
    WATERMARK_LAG(
            "WatermarkLag",
            "Event time was more than 15 minutes (or watermarkLag) and the pipeline's own out-of-orderness behind the clock, in"
                    + " 3 of 5 minutes: windows close late.",
            "A producer may send old events: then it is as it should be. If not, see IteratorAge and Failures."),
    DEAD_LETTERS(
            "DeadLetters",
            "Records or results were skipped, or became dead letters, for another reason than being late.",
            "Read the dead letters: each has its reason, message and place."),
    FAILURES(
            "Failures",
            "Batches or ticks failed in 5 of 10 minutes, as a whole or at a record: a shard is stuck, or nearly.",
            "The function's log says which shard, which record and why."),
    ERRORS(
            "Errors",
            "Invocations ended with an error in 3 of 5 minutes, or of as many times the function's timeout if that is longer. The"
                    + " batches come again.",
            "The function's log says why. Time-outs and lack of memory count too: they show at the end of an invocation's report."),
    THROTTLES(
            "Throttles",
            "Lambda refused invocations in 3 of 5 minutes: the account's concurrency is used up.",
            "Raise the account's quota, or lower what other functions take. Nothing is lost meanwhile."),
    FULLEST_BUCKET(
            "FullestBucket",
            "A part of a partition's state is more than 60 percent full: at 100 the shard stops.",
            "Split the source's shards, or keep less state: fewer keys, shorter windows, smaller aggregates."),
    TICKS(
            "Ticks",
            "No partition was ticked in 3 tick intervals: windows of idle shards stay open, and nothing else may tell. It goes off"
                    + " for a moment when the pipeline is first deployed.",
            "See whether the schedule is enabled, and what the function's log says of its last invocation.");

    private final String id;
    private final String meaning;
    private final String action;

    StageAlarm(String id, String meaning, String action) {
        this.id = id;
        this.meaning = meaning;
        this.action = action;
    }

    /** Its construct id. */
    String id() {
        return id;
    }

    /** When it goes off. */
    public String meaning() {
        return meaning;
    }

    /** What to do then. */
    public String action() {
        return action;
    }
}

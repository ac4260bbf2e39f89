package dev.millrace.metrics;

import java.util.List;

/**
 * The metrics of a stage, as CloudWatch has them in namespace {@value #NAMESPACE}. Each is there by {@link #PIPELINE} and
 * {@link #STAGE}, over all of the stage's partitions; {@link #PASSED_OVER_RECORDS} by {@link #REASON} as well.
 *
 * <p>Counts say what has happened since the partition's last report, so that their sum over any time is right. All others are
 * values of one partition as it reports: look at their largest, which is that of the partition worst off.
 */
public enum Metric {
    RECORDS(
            "Records",
            Unit.COUNT,
            "Records of the input stream, as delivered: aggregated ones count as one, and those that come again count again.",
            "None while the stream has some: see whether the event source mapping is enabled."),
    BATCH_DURATION(
            "BatchDuration",
            Unit.MILLISECONDS,
            "How long a batch took in the function, from the event to the answer, also where it failed.",
            "Near the function's timeout: give it more memory, which brings processor time, or a smaller batch size."),
    TICK_DURATION(
            "TickDuration",
            Unit.MILLISECONDS,
            "How long the tick of one partition took; their number is the number of ticks.",
            "None for minutes: see whether the schedule is enabled; windows of idle shards stay open without it."),
    FAILURES(
            "Failures",
            Unit.COUNT,
            "Batches and ticks of a partition that failed, as a whole or at a record, and will be repeated.",
            "Again and again: the shard is stuck; its log line says why. The property Shard of the metrics' log lines says which."),
    WATERMARK_LAG(
            "WatermarkLag",
            Unit.MILLISECONDS,
            "How far event time is behind the clock. It goes on for an idle partition; where nothing waits for it there is no value.",
            "Growing: the stage cannot keep up, or is stuck. More shards or more memory help the first; see Failures for the"
                    + " second."),
    LATE_RECORDS(
            "LateRecords",
            Unit.COUNT,
            "Records, or what other stages made of some, whose window had closed.",
            "Many: allow more out-of-orderness or lateness, or see why the producer is behind."),
    PASSED_OVER_RECORDS(
            "PassedOverRecords",
            Unit.COUNT,
            "Records and results that were skipped or became dead letters, for other reasons than being late.",
            "Any: read the dead letters; each says its reason, message and place."),
    FENCED_COMMITS(
            "FencedCommits",
            Unit.COUNT,
            "Commits that were refused since another environment had committed first; the work was done again.",
            "A few come with redeployments and retries. Steadily: two event source mappings feed one stage."),
    CATCH_UP_ENTRIES(
            "CatchUpEntries",
            Unit.COUNT,
            "Entries of the state log that other environments had committed, and this one read.",
            "Nothing by itself: it goes with environments that take turns at a shard."),
    LOADS(
            "Loads",
            Unit.COUNT,
            "Loads of a partition's whole state: by a new environment, or one that is a lap behind or short of memory.",
            "Steadily more than environments start: give the function more memory, so that its partitions stay in it."),
    FULLEST_BUCKET(
            "FullestBucket",
            Unit.PERCENT,
            "How full a partition's fullest bucket is, about: at 100 its shard stops.",
            "From 60 on: split the stream's shards, or keep less state: fewer keys, shorter windows, smaller aggregates."),
    STATE_SIZE(
            "StateSize",
            Unit.BYTES,
            "A partition's keyed state, before compression.",
            "Near an eighth of the function's heap: more memory, or more shards."),
    WRITE_UNITS(
            "WriteUnits",
            Unit.COUNT,
            "Write units taken of the state table; result tables are not in it.",
            "More than expected: larger batches write fewer entries."),
    READ_UNITS("ReadUnits", Unit.COUNT, "Read units taken of the state table.", "More than expected: see Loads.");

    public static final String NAMESPACE = "Millrace";
    public static final String PIPELINE = "Pipeline";
    public static final String STAGE = "Stage";
    /** Takes the values of {@link dev.millrace.engine.Reason#text}, but never {@code late}. */
    public static final String REASON = "Reason";

    private final String cloudWatchName;
    private final Unit unit;
    private final String meaning;
    private final String action;

    Metric(String cloudWatchName, Unit unit, String meaning, String action) {
        this.cloudWatchName = cloudWatchName;
        this.unit = unit;
        this.meaning = meaning;
        this.action = action;
    }

    /** A unit, as CloudWatch names it. */
    public enum Unit {
        COUNT("Count"),
        MILLISECONDS("Milliseconds"),
        PERCENT("Percent"),
        BYTES("Bytes");

        private final String cloudWatchName;

        Unit(String cloudWatchName) {
            this.cloudWatchName = cloudWatchName;
        }

        public String cloudWatchName() {
            return cloudWatchName;
        }
    }

    public String cloudWatchName() {
        return cloudWatchName;
    }

    public Unit unit() {
        return unit;
    }

    /** What it says: one or two sentences. */
    public String meaning() {
        return meaning;
    }

    /** When to do something about it, and what. */
    public String action() {
        return action;
    }

    /** The sets of dimensions that it is there by. CloudWatch charges for each combination of their values. */
    public List<List<String>> dimensionSets() {
        List<String> ofStage = List.of(PIPELINE, STAGE);
        return this == PASSED_OVER_RECORDS ? List.of(ofStage, List.of(PIPELINE, STAGE, REASON)) : List.of(ofStage);
    }
}

package dev.millrace.local.simulator;

/** All that goes wrong in a simulation, and the rare paths that must be taken: each says in a sentence what happens. */
public enum Fault {
    CRASH_BEFORE_REQUEST("A function's environment dies as it is about to ask a service."),
    CRASH_AFTER_REQUEST("A function's environment dies once a service has done what it asked, before it knows."),
    TIMEOUT("An invocation is ended between two requests, and its environment with it."),
    ZOMBIE(
            "The mapping gives an invocation up and delivers the batch to another environment, while the first goes on."),
    COLD_START("An invocation is given to an environment that holds nothing in memory."),
    REPLACED("All environments are replaced at once, as a deployment does."),
    STALE_MEMORY("An invocation is given to an environment while another has been at work since its last."),
    CLOCK_SKEW("An environment's clock is up to two seconds ahead or behind."),
    OTHER_LAYOUT("An environment begins that would lay out logs otherwise, as after a deployment with other settings."),
    RUNNER("A process takes records as they come, and commits them now and then, beside the functions."),
    RUNNER_GONE("A process that takes records as they come ends, and another takes its place later."),
    STRAIGHT_AFTER_STREAM(
            "What is sent straight to a stage waits until that has read what was sent through its stream."),
    MAPPING_REPLACED("Another mapping takes over from a stage's, and begins before or after where that one was."),
    EXPIRED("Records expire that were processed in batches which never succeeded, and the mapping goes on after them."),
    GIVEN_UP(
            "A mapping that does not retry for ever goes on after records that were processed in batches which never succeeded."),
    LOST_SUCCESS("An invocation succeeds, the mapping does not learn of it, and delivers the batch again."),
    BISECTED("A batch that failed is delivered again in smaller parts."),
    REBATCHED("Records that were delivered before come again in a larger batch."),
    PARTIAL_FAILURE("A function reports one record as failed, and what came before it as done."),
    TICK_DURING_BATCH("A tick runs while a batch of the same stage is in another environment."),
    SPLIT("A shard of the source is split while it is being read."),
    MERGE("Two shards of the source are merged while they are being read."),
    PARENT_NOT_DRAINED("A tick comes to a shard whose parents have not been read to their ends."),
    IDLE("The source is silent for longer than the idle timeout."),
    LATE_RECORD("A record arrives after its last window has closed."),
    UNDECODABLE_RECORD("A record arrives that the codec refuses."),
    FAILING_RECORD("A record arrives at which the user's code throws."),
    FUTURE_RECORD("A record arrives whose event time is an hour ahead."),
    AGGREGATED_RECORD("A record arrives that a producer has put several in, or none."),
    STRADDLING_AGGREGATE(
            "An aggregated record comes to a shard that not all in it belongs to, since its producer did not know of a split."),
    DAMAGED_AGGREGATE("An aggregated record arrives whose checksum is wrong."),
    AGGREGATE_CUT("An entry ends inside of an aggregated record."),
    LATE_RECORD_SENT("A late record is sent to a stream for late records."),
    PERIODIC_RESULT("An interim result is sent since its interval is over."),
    BLOCKED_SHARD("A record that the policy does not let pass holds up its shard, until the pipeline is mended."),
    STATE_REQUEST_FAILED("DynamoDB answers a request for state with an error, and does nothing."),
    STATE_THROTTLED("DynamoDB throttles a request for state."),
    STATE_REPLY_LOST("DynamoDB writes or refuses an item of state, and its reply is lost."),
    STATE_WRITE_DELAYED("A write of state is given up by its sender, and takes place later."),
    STALE_READ("An eventually consistent read returns an item as it was up to eight writes ago, or does not see it."),
    SHORT_READ("A read of several items of state returns only some of them, and says so."),
    ENTRY_FENCED("An entry is refused, since another environment has written its number."),
    BUCKET_REFUSED("A write of a bucket is refused, since what is there is newer."),
    RING_LAPPED("An entry overwrites another, a lap of the ring before it."),
    OUTPUT_APART("An entry does not fit its item, and some of its outputs are in items of their own."),
    OUTPUT_RIVALLED("Two environments write outputs apart for an entry of the same number."),
    BUCKETS_INTERRUPTED("An environment dies as it is about to write a bucket, or has just written one."),
    MERGED_UNEVENLY("Shards are merged whose logs' last numbers are more than a lap of the ring apart."),
    SEALED("A shard's log is sealed, and its state moves to those that came of it."),
    ROW_FAILED("The table of results throttles the write of a row."),
    ROW_REPLY_LOST("The table of results takes or refuses a row, and its reply is lost."),
    ROW_DELAYED("A row is given up by its sender, and written later."),
    ROW_REFUSED("A row is refused, since a newer version is there."),
    PUT_FAILED("Kinesis answers a put with an error, and takes nothing."),
    PUT_REPLY_LOST("Kinesis takes all records of a put, and its reply is lost."),
    PUT_DELAYED("A put is given up by its sender, and its records arrive later."),
    RECORD_REFUSED("Kinesis takes some records of a put, and refuses others."),
    APPENDED_AGAIN("A record is appended to a stream of results or dead letters under an id that is there."),
    SENT_AGAIN("A packed record is sent to the next stage with bytes that were sent before."),
    SHARD_READ_FAILED("Kinesis answers a read, or a request for the list of shards, with an error."),
    EMPTY_READ("A read of a shard returns nothing, although there is more.");

    private final String description;

    Fault(String description) {
        this.description = description;
    }

    /** What happens, in one sentence. */
    public String description() {
        return description;
    }
}

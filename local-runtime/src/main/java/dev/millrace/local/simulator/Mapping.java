package dev.millrace.local.simulator;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import dev.millrace.engine.Position;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The event source mapping of one stage: the batches of a shard one after another, each until it is done, and those of a shard's
 * children after all of its own. It may give an invocation up, which then goes on unseen.
 */
final class Mapping {
    private static final int MOST_RECORDS = 8;
    /** How long records are kept, and a little more. */
    private static final long RETENTION_MILLIS = Duration.ofHours(25).toMillis();

    final String stage;
    final SimulatedStream stream;
    private final World world;
    private final Functions functions;
    private final LogWatch watch;
    private final Map<SimulatedShard, Progress> shards = new HashMap<>();

    /** How far a shard has been processed. */
    private static final class Progress {
        private int done;
        /** How many records have been delivered, whatever came of it. */
        private int delivered;

        private int mostRecords = MOST_RECORDS;
        private boolean isUnderWay;
        /** Grows with each delivery: the outcome of one that was given up counts for nothing. */
        private int delivery;

        private String lastFailure = "none";

        /** Goes on from another place, whatever is under way. */
        private void goOnFrom(int place) {
            done = place;
            delivered = Math.max(delivered, place);
            isUnderWay = false;
            delivery++;
        }
    }

    /** @param watch knows which records are decided, whatever this mapping has learned */
    Mapping(String stage, SimulatedStream stream, World world, Functions functions, LogWatch watch) {
        this.stage = stage;
        this.stream = stream;
        this.world = world;
        this.functions = functions;
        this.watch = watch;
    }

    private Progress of(SimulatedShard shard) {
        return shards.computeIfAbsent(shard, absent -> new Progress());
    }

    boolean isDone(SimulatedShard shard) {
        return of(shard).done == shard.records.size();
    }

    boolean isDone() {
        return stream.shards().stream().allMatch(this::isDone);
    }

    String lastFailure(SimulatedShard shard) {
        return of(shard).lastFailure;
    }

    /** Delivers something of a shard, if there is something that may be delivered. */
    void deliver(SimulatedShard shard) {
        Progress progress = of(shard);
        boolean isWaiting = !shard.parents.stream().allMatch(parent -> !parent.isOpen() && isDone(parent));
        if (isWaiting || isDone(shard)) {
            return;
        }
        boolean isZombieLeft = progress.isUnderWay;
        if (isZombieLeft && !world.mayHappen(Fault.ZOMBIE, 4)) {
            return;
        }
        Environment environment = functions.take(stage);
        if (environment == null) {
            return;
        }
        if (isZombieLeft) {
            world.happened(Fault.ZOMBIE);
        }
        int most = Math.min(progress.mostRecords, shard.records.size() - progress.done);
        // What is left in the end goes in few batches: nothing fails then, and so little is found.
        int size = world.isCalm() ? most : 1 + world.pick(most);
        int from = progress.done;
        if (from < progress.delivered && from + size > progress.delivered) {
            world.happened(Fault.REBATCHED);
        }
        progress.delivered = Math.max(progress.delivered, from + size);
        progress.isUnderWay = true;
        int delivery = ++progress.delivery;
        List<SimulatedShard.Stored> records = List.copyOf(shard.records.subList(from, from + size));
        world.tell(() -> environment.caller.name + " gets records "
                + records.get(0).sequenceNumber() + " to "
                + records.get(size - 1).sequenceNumber() + " of " + shard.id + " of " + stream.name);
        world.invoke(() -> {
            Environment.Outcome outcome = environment.invoke(event(shard, records));
            world.tell(() -> environment.caller.name + " has ended: " + outcome);
            if (delivery == progress.delivery) {
                progress.isUnderWay = false;
                take(outcome, shard, progress, from, size);
            }
        });
    }

    private void take(Environment.Outcome outcome, SimulatedShard shard, Progress progress, int from, int size) {
        if (outcome instanceof Environment.Outcome.Done) {
            if (!world.happens(Fault.LOST_SUCCESS, 15)) {
                progress.done = from + size;
                progress.mostRecords = MOST_RECORDS;
            }
        } else if (outcome instanceof Environment.Outcome.FailedAt failed) {
            world.happened(Fault.PARTIAL_FAILURE);
            progress.done = Math.max(from, shard.placeAfter(failed.sequenceNumber() - 1));
            if (progress.done == from) {
                world.happened(Fault.BLOCKED_SHARD);
            }
            progress.lastFailure = "record " + failed.sequenceNumber() + " was reported as failed";
        } else if (outcome instanceof Environment.Outcome.Failed failed) {
            progress.lastFailure = failed.message();
            if (size > 1 && world.happens(Fault.BISECTED, 2)) {
                progress.mostRecords = Math.max(1, size / 2);
            }
        }
    }

    /** The place of the first record that is not decided. */
    private int firstUndecided(SimulatedShard shard) {
        Position position = watch.position(stage, shard.id);
        if (position == null) {
            return 0;
        }
        int after = shard.placeAfter(Long.parseLong(position.sequenceNumber()));
        return position.insideAggregate() ? after - 1 : after;
    }

    /**
     * Goes on after what is decided, though no invocation has said that it succeeded.
     *
     * @return false if there is nothing of that kind
     */
    boolean passDecided(SimulatedShard shard) {
        int undecided = firstUndecided(shard);
        if (of(shard).done >= undecided) {
            return false;
        }
        of(shard).goOnFrom(undecided);
        return true;
    }

    /** As {@link #passDecided}, since what is decided has expired. */
    boolean expireDecided(SimulatedShard shard) {
        if (!passDecided(shard)) {
            return false;
        }
        shard.expireBefore(of(shard).done);
        world.pass(RETENTION_MILLIS);
        return true;
    }

    /** Another mapping begins where somebody has it begin: where this one was, or before, or at what is not decided. */
    void replace() {
        functions.replaceMapping(stage);
        for (SimulatedShard shard : stream.shards()) {
            int undecided = firstUndecided(shard);
            int from = world.isOneIn(2) ? undecided : world.pick(undecided + 1);
            of(shard).goOnFrom(Math.max(from, shard.firstKept()));
        }
    }

    /** An invocation for all shards, as a schedule makes it. */
    void tick() {
        boolean isBatchRunning = functions.isAtBatch(stage);
        Environment environment = functions.take(stage);
        if (environment == null) {
            return;
        }
        if (isBatchRunning) {
            world.happened(Fault.TICK_DURING_BATCH);
        }
        if (stream.shards().stream().anyMatch(shard -> shard.parents.stream().anyMatch(parent -> !isDone(parent)))) {
            world.happened(Fault.PARENT_NOT_DRAINED);
        }
        world.tell(() -> environment.caller.name + " gets a tick");
        KinesisEvent tick = new KinesisEvent();
        tick.setRecords(List.of());
        world.invoke(() -> {
            Environment.Outcome outcome = environment.invoke(tick);
            world.tell(() -> environment.caller.name + " has ended its tick: " + outcome);
        });
    }

    private static KinesisEvent event(SimulatedShard shard, List<SimulatedShard.Stored> records) {
        List<KinesisEvent.KinesisEventRecord> all = new ArrayList<>(records.size());
        for (SimulatedShard.Stored record : records) {
            KinesisEvent.Record kinesis = new KinesisEvent.Record();
            kinesis.setPartitionKey(record.partitionKey());
            kinesis.setSequenceNumber(Long.toString(record.sequenceNumber()));
            kinesis.setData(ByteBuffer.wrap(record.data()));
            kinesis.setApproximateArrivalTimestamp(Date.from(Instant.ofEpochMilli(record.arrivalMillis())));
            KinesisEvent.KinesisEventRecord each = new KinesisEvent.KinesisEventRecord();
            each.setKinesis(kinesis);
            each.setEventID(shard.id + ":" + record.sequenceNumber());
            all.add(each);
        }
        KinesisEvent event = new KinesisEvent();
        event.setRecords(all);
        return event;
    }
}

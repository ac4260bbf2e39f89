package dev.millrace.local.simulator;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import java.nio.ByteBuffer;
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

    final String stage;
    final SimulatedStream stream;
    private final World world;
    private final Functions functions;
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
    }

    Mapping(String stage, SimulatedStream stream, World world, Functions functions) {
        this.stage = stage;
        this.stream = stream;
        this.world = world;
        this.functions = functions;
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
        if (progress.isUnderWay && !world.happens(Fault.ZOMBIE, 4)) {
            return;
        }
        Environment environment = functions.take(stage);
        if (environment == null) {
            return;
        }
        int size = 1 + world.pick(Math.min(progress.mostRecords, shard.records.size() - progress.done));
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

    /** An invocation for all shards, as a schedule makes it. */
    void tick() {
        boolean isBatchRunning = functions.isBusy(stage);
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

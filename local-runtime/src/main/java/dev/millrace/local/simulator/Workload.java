package dev.millrace.local.simulator;

import dev.millrace.ErrorPolicy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What comes into the source: readings out of order, records that cannot be used, silences, splits and merges. */
final class Workload {
    static final List<String> PARTITION_KEYS = List.of("p0", "p1", "p2", "p3", "p4");
    private static final List<String> KEYS = List.of("a", "b", "c");
    private static final int MOST_PAUSE_MILLIS = 600;
    private static final long SILENCE_MILLIS = 30_000;
    private static final long FUTURE_MILLIS = 3_600_000;
    private static final int ODD_ONE_IN = 15;

    private final World world;
    private final Scenario scenario;
    private final Streams streams;
    private final SimulatedStream source;
    private final Truth truth;
    private int puts;
    private int reshardings = 2;

    Workload(World world, Scenario scenario, Streams streams, SimulatedStream source, Truth truth) {
        this.world = world;
        this.scenario = scenario;
        this.streams = streams;
        this.source = source;
        this.truth = truth;
        this.puts = 8 + world.pick(25);
        source.shards().forEach(truth::began);
    }

    boolean isOver() {
        return puts == 0;
    }

    void put() {
        puts--;
        world.pass(world.happens(Fault.IDLE, 10) ? SILENCE_MILLIS : world.pick(MOST_PAUSE_MILLIS));
        String partitionKey = world.pick(PARTITION_KEYS);
        String key = scenario.isGrouped() ? world.pick(KEYS) : partitionKey;
        long timeMillis = world.nowMillis() - world.pick(Scenario.DISORDER_MILLIS);
        boolean isPassable = scenario.policy() != ErrorPolicy.FAIL;
        if (isPassable && world.happens(Fault.UNDECODABLE_RECORD, ODD_ONE_IN)) {
            append(partitionKey, "nonsense".getBytes(StandardCharsets.UTF_8));
            truth.unusable("undecodable", streams.lastSequenceNumber());
        } else if (isPassable && world.happens(Fault.FUTURE_RECORD, ODD_ONE_IN)) {
            append(partitionKey, reading(key, world.nowMillis() + FUTURE_MILLIS, false));
            truth.unusable("future-event-time", streams.lastSequenceNumber());
        } else {
            boolean isBad = world.happens(Fault.FAILING_RECORD, ODD_ONE_IN);
            SimulatedShard shard = append(partitionKey, reading(key, timeMillis, isBad));
            if (isBad && isPassable) {
                truth.failing(shard, timeMillis, streams.lastSequenceNumber());
            } else if (truth.reading(shard, partitionKey, key, timeMillis, streams.lastSequenceNumber())) {
                world.happened(Fault.LATE_RECORD);
            }
        }
    }

    private SimulatedShard append(String partitionKey, byte[] data) {
        return streams.append(source.name, partitionKey, null, data);
    }

    private static byte[] reading(String key, long timeMillis, boolean isBad) {
        return Reading.CODEC.encode(new Reading(key, timeMillis, isBad));
    }

    void reshard() {
        if (reshardings == 0) {
            return;
        }
        SimulatedShard shard = world.pick(source.open());
        @Nullable SimulatedShard next = source.after(shard);
        boolean isMerge = next != null && world.isOneIn(2);
        if (!world.happens(isMerge ? Fault.MERGE : Fault.SPLIT, 1)) {
            return;
        }
        reshardings--;
        if (isMerge && next != null) {
            truth.began(source.merge(shard, next));
        } else {
            source.split(shard).forEach(truth::began);
        }
    }
}

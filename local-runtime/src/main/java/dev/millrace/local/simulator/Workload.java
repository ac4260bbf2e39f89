package dev.millrace.local.simulator;

import dev.millrace.ErrorPolicy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What comes into the source: readings out of order, records that cannot be used, silences, splits and merges. */
final class Workload {
    static final List<String> PARTITION_KEYS = List.of("p0", "p1", "p2", "p3", "p4");
    private static final List<String> KEYS = List.of("a", "b", "c");
    private static final int FEWEST_PUTS = 8;
    private static final int MOST_PUTS = 32;
    private static final int MOST_IN_AGGREGATE = 4;
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
    private int numbers;
    private int reshardings;

    /**
     * A record that is about to be put.
     *
     * @param arrived tells the truth where it is
     */
    private record Put(String partitionKey, byte[] data, Consumer<Truth.Place> arrived) {}

    Workload(World world, Scenario scenario, Streams streams, SimulatedStream source, Truth truth) {
        this.world = world;
        this.scenario = scenario;
        this.streams = streams;
        this.source = source;
        this.truth = truth;
        this.puts = FEWEST_PUTS + world.pick(MOST_PUTS - FEWEST_PUTS + 1);
        this.reshardings = world.profile == Profile.reshardings ? 8 : 2;
        source.shards().forEach(truth::began);
    }

    boolean isOver() {
        return puts == 0;
    }

    void put() {
        puts--;
        world.pass(world.happens(Fault.IDLE, 10) ? SILENCE_MILLIS : world.pick(MOST_PAUSE_MILLIS));
        if (world.happens(Fault.AGGREGATED_RECORD, 4)) {
            putAggregate();
        } else if (isPassable() && world.happens(Fault.DAMAGED_AGGREGATE, 2 * ODD_ONE_IN)) {
            putDamaged();
        } else {
            Put put = record(partitionKey());
            SimulatedShard shard = append(put.partitionKey, put.data);
            put.arrived.accept(place(shard, put.partitionKey, 0));
        }
    }

    /** Of several records, or none. Its producer may know of no split, and put in it what belongs elsewhere. */
    private void putAggregate() {
        String first = partitionKey();
        SimulatedShard shard = source.of(SimulatedStream.hash(first));
        boolean mayStraddle = scenario.isGrouped() && world.mayHappen(Fault.STRADDLING_AGGREGATE, 2);
        Aggregate aggregate = new Aggregate();
        List<Put> puts = new ArrayList<>();
        for (int left = world.pick(MOST_IN_AGGREGATE + 1); left > 0; left--) {
            String key = puts.isEmpty() ? first : partitionKey();
            if (mayStraddle || shard.covers(SimulatedStream.hash(key))) {
                Put put = record(key);
                aggregate.add(key, put.data);
                puts.add(put);
            }
        }
        append(first, aggregate.toBytes());
        boolean straddles = false;
        for (int i = 0; i < puts.size(); i++) {
            Put put = puts.get(i);
            put.arrived.accept(place(shard, put.partitionKey, i));
            straddles |= !shard.covers(SimulatedStream.hash(put.partitionKey));
        }
        if (straddles) {
            world.happened(Fault.STRADDLING_AGGREGATE);
        }
    }

    private void putDamaged() {
        Aggregate aggregate = new Aggregate();
        String key = partitionKey();
        aggregate.add(key, reading(key, world.nowMillis()));
        byte[] data = aggregate.toBytes();
        data[data.length - 1] ^= 1;
        truth.unusable(place(append(key, data), key, 0), "undecodable");
    }

    private String partitionKey() {
        boolean isOfFirst = world.profile == Profile.uneven && puts > FEWEST_PUTS / 2 && !world.isOneIn(6);
        return isOfFirst ? PARTITION_KEYS.get(0) : world.pick(PARTITION_KEYS);
    }

    private boolean isPassable() {
        return scenario.policy() != ErrorPolicy.FAIL;
    }

    private Put record(String partitionKey) {
        String key = scenario.isGrouped() ? world.pick(KEYS) : partitionKey;
        if (isPassable() && world.happens(Fault.UNDECODABLE_RECORD, ODD_ONE_IN)) {
            byte[] nonsense = "nonsense".getBytes(StandardCharsets.UTF_8);
            return new Put(partitionKey, nonsense, place -> truth.unusable(place, "undecodable"));
        }
        if (isPassable() && !scenario.isIngestion() && world.happens(Fault.FUTURE_RECORD, ODD_ONE_IN)) {
            byte[] data = reading(key, world.nowMillis() + FUTURE_MILLIS);
            return new Put(partitionKey, data, place -> truth.unusable(place, "future-event-time"));
        }
        long timeMillis = world.nowMillis() - (scenario.isIngestion() ? 0 : world.pick(Scenario.DISORDER_MILLIS));
        boolean isBad = world.happens(Fault.FAILING_RECORD, ODD_ONE_IN);
        Reading reading = new Reading(key, timeMillis, isBad, ++numbers);
        return new Put(partitionKey, Reading.CODEC.encode(reading), place -> arrived(place, reading));
    }

    private void arrived(Truth.Place place, Reading reading) {
        if (reading.isBad() && isPassable()) {
            truth.failing(place, reading.timeMillis());
        } else if (truth.reading(place, reading)) {
            world.happened(Fault.LATE_RECORD);
        }
    }

    private static byte[] reading(String key, long timeMillis) {
        return Reading.CODEC.encode(new Reading(key, timeMillis, false, 1));
    }

    private SimulatedShard append(String partitionKey, byte[] data) {
        return streams.append(source.name, partitionKey, null, data);
    }

    private Truth.Place place(SimulatedShard shard, String partitionKey, int index) {
        return new Truth.Place(shard, partitionKey, streams.lastSequenceNumber() + "/" + index);
    }

    void reshard() {
        if (reshardings == 0) {
            return;
        }
        SimulatedShard shard = world.pick(source.open());
        @Nullable SimulatedShard next = source.after(shard);
        boolean isMerge = next != null && (world.profile == Profile.uneven || world.isOneIn(2));
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

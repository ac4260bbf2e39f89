package dev.millrace.local.simulator;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All streams, whoever reaches them. */
final class Streams {
    private final World world;
    private final AppendedIds ids;
    private final Map<String, SimulatedStream> streams = new LinkedHashMap<>();
    private final Set<String> sent = new HashSet<>();
    private long sequenceNumbers = 1_000;

    /** @param ids sees what is appended to streams that no stage reads */
    Streams(World world, AppendedIds ids) {
        this.world = world;
        this.ids = ids;
    }

    SimulatedStream add(String name, int shards) {
        SimulatedStream stream = new SimulatedStream(name, shards);
        streams.put(name, stream);
        return stream;
    }

    SimulatedStream stream(String name) {
        SimulatedStream stream = streams.get(name);
        if (stream == null) {
            throw new Violation("something asked for stream '" + name + "', which the pipeline does not have");
        }
        return stream;
    }

    /** @return the shard that it came to */
    SimulatedShard append(String streamName, String partitionKey, @Nullable String explicitHashKey, byte[] data) {
        SimulatedStream stream = stream(streamName);
        BigInteger hash =
                explicitHashKey == null ? SimulatedStream.hash(partitionKey) : new BigInteger(explicitHashKey);
        SimulatedShard shard = stream.of(hash);
        shard.records.add(new SimulatedShard.Stored(++sequenceNumbers, partitionKey, data, world.nowMillis()));
        world.tell(() -> "  record " + sequenceNumbers + " comes to " + shard.id + " of " + streamName);
        if (ids.watches(streamName)) {
            ids.appended(streamName, data);
        } else if (data.length > 2 && data[0] == 'm' && data[1] == 'r' && data[2] == 'x') {
            noteIfSentAgain(streamName + shard.id + ":" + Arrays.hashCode(data));
        }
        return shard;
    }

    private void noteIfSentAgain(String whereAndWhat) {
        if (!sent.add(whereAndWhat)) {
            world.happened(Fault.SENT_AGAIN);
        }
    }

    long lastSequenceNumber() {
        return sequenceNumbers;
    }
}

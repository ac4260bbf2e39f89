package dev.millrace.sink;

import dev.millrace.engine.Output;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Outputs as a task would put them into an outbox. */
final class Outputs {
    private Outputs() {}

    static OutputId id(long epoch, long number, int index) {
        return new OutputId("clickstream", "counts", "shardId-000000000000", epoch, number, index);
    }

    static List<IdentifiedOutput> entry(long number, Output... outbox) {
        return IdentifiedOutput.ofOutbox(id(1, number, 0), Arrays.asList(outbox));
    }

    static Output json(String sink, String json) {
        return new Output(sink, json.getBytes(StandardCharsets.UTF_8));
    }

    static Output streamRecord(String sink, String partitionKey, String data) {
        return streamRecord(sink, partitionKey, data.getBytes(StandardCharsets.UTF_8));
    }

    static Output streamRecord(String sink, String partitionKey, byte[] data) {
        byte[] key = partitionKey.getBytes(StandardCharsets.UTF_8);
        byte[] payload = ByteBuffer.allocate(2 + key.length + data.length)
                .putShort((short) key.length)
                .put(key)
                .put(data)
                .array();
        return new Output(sink, payload);
    }
}

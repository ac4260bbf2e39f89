package dev.millrace.engine;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Writes dead letters, as JSON objects without their id, which is known when their entry is committed. */
final class DeadLetter {
    /** Larger payloads are left out, since an output must fit an item of the state table: the position says where they lie. */
    static final int MAX_PAYLOAD_BYTES = 240 * 1024;

    private static final int MAX_MESSAGE_CHARS = 2_000;

    private final String stage;
    private final String shard;

    DeadLetter(String stage, String shard) {
        this.stage = stage;
        this.shard = shard;
    }

    Output ofRecord(SourceRecord record, Reason reason, String message) {
        return of(reason, message, record.position(), record.arrivalMillis(), record.data());
    }

    /** Of a result: it has no payload, and the position of the record that the partition had come to. */
    Output ofResult(Progress progress, String message) {
        return of(Reason.PROCESSING_FAILED, message, progress.position(), progress.arrivalMillis(), null);
    }

    private Output of(
            Reason reason, String message, @Nullable Position position, long arrivalMillis, byte @Nullable [] payload) {
        ObjectNode letter = JsonNodeFactory.instance.objectNode();
        letter.put("reason", reason.text());
        letter.put(
                "message", message.length() <= MAX_MESSAGE_CHARS ? message : message.substring(0, MAX_MESSAGE_CHARS));
        letter.put("stage", stage);
        letter.put("shard", shard);
        letter.put("sequence_number", position == null ? null : position.sequenceNumber());
        letter.put("sub_sequence_number", position == null ? 0 : position.subSequenceNumber());
        letter.put(
                "arrival_timestamp",
                arrivalMillis == Progress.NO_TIME
                        ? null
                        : Instant.ofEpochMilli(arrivalMillis).toString());
        letter.put(
                "payload",
                payload == null || payload.length > MAX_PAYLOAD_BYTES
                        ? null
                        : Base64.getEncoder().encodeToString(payload));
        return new Output(Output.DEAD_LETTERS, letter.toString().getBytes(StandardCharsets.UTF_8));
    }
}

package dev.millrace.sink;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.millrace.engine.Output;
import dev.millrace.time.Pause;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * Appends dead letters to the pipeline's stream for them, each with its output's id as its first property. The partition
 * key is the shard that the record came from, so that the stream's shards share the load as the source's do. Their order is
 * no promise: each says where its record stood.
 */
final class DeadLetterEmitter implements Emitter {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String SHARD = "shard";
    private static final int MAX_PARTITION_KEY_CHARS = 256;

    private final String stream;
    private final KinesisClient kinesis;
    private final Pause pause;

    DeadLetterEmitter(String stream, KinesisClient kinesis, Pause pause) {
        this.stream = stream;
        this.kinesis = kinesis;
        this.pause = pause;
    }

    @Override
    public void emit(List<IdentifiedOutput> outputs) {
        List<StreamRecord> records = new ArrayList<>();
        for (IdentifiedOutput output : outputs) {
            records.add(toRecord(output));
        }
        new RecordWriter(kinesis, stream, RecordWriter.Order.WITHIN_PARTITION_KEY_UNLESS_REFUSED, pause).write(records);
    }

    private StreamRecord toRecord(IdentifiedOutput output) {
        byte[] letter = output.output().payload();
        try {
            @Nullable String shard = shard(letter);
            String key = shard == null ? output.id().toString() : shard;
            String partitionKey = key.substring(0, Math.min(key.length(), MAX_PARTITION_KEY_CHARS));
            byte[] data = IdSplicer.asFirstProperty("id", output.id(), letter);
            return StreamEmitter.checkSize(
                    Output.DEAD_LETTERS, stream, output.id(), new StreamRecord(partitionKey, data));
        } catch (IOException | IllegalArgumentException e) {
            throw new EmissionException("output " + output.id() + " is no dead letter: " + e.getMessage(), e);
        }
    }

    private static @Nullable String shard(byte[] letter) throws IOException {
        try (JsonParser parser = JSON.createParser(letter)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("not a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean isShard = parser.currentName().equals(SHARD);
                if (parser.nextToken() == JsonToken.VALUE_STRING
                        && isShard
                        && !parser.getText().isEmpty()) {
                    return parser.getText();
                }
                parser.skipChildren();
            }
            return null;
        }
    }
}

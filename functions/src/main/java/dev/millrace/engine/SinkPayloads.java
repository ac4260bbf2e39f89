package dev.millrace.engine;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import dev.millrace.Sink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The form that outputs have in an outbox: what a task writes and an emitter reads.
 *
 * <ul>
 *   <li>table: a JSON object of the row's attributes, each {@code {"S": ...}} and so on, as in DynamoDB's own protocol;
 *   <li>stream: the length of the partition key in UTF-8 (two bytes, unsigned), the partition key, the codec's bytes;
 *   <li>collection: the codec's bytes;
 *   <li>dead letters: the dead letter as a JSON object, without its id.
 * </ul>
 */
public final class SinkPayloads {
    /** The attribute of a row that says it is no longer a result: a session that has become part of another. */
    public static final String RETRACTED = "millrace_retracted";

    /** An output must fit an item of the state table, whose limit is 400 KB. */
    static final int MAX_BYTES = 350 * 1024;

    private static final int MAX_PARTITION_KEY_CHARS = 256;

    /** DynamoDB's limits. */
    private static final int MAX_KEY_BYTES = 2048;

    private static final int MAX_SORT_KEY_BYTES = 1024;
    private static final int INITIAL_ROW_BYTES = 256;
    private static final JsonFactory JSON = new JsonFactory();

    private SinkPayloads() {}

    static byte[] of(Sink<Object> sink, Object value, boolean retraction) {
        byte[] payload = encode(sink, value, retraction);
        if (payload.length > MAX_BYTES) {
            throw new IllegalArgumentException("an output for '" + sink.target() + "' takes " + payload.length
                    + " bytes, more than the limit of " + MAX_BYTES + ": put less into one row or record");
        }
        return payload;
    }

    private static byte[] encode(Sink<Object> sink, Object value, boolean retraction) {
        if (sink instanceof Sink.Table<Object> table) {
            return row(table, value, retraction);
        }
        if (sink instanceof Sink.Stream<Object> stream) {
            return streamRecord(stream, value);
        }
        return ((Sink.Collecting<Object>) sink).collection().codec().encode(value);
    }

    private static byte[] row(Sink.Table<Object> table, Object value, boolean retraction) {
        try (ByteArrayBuilder bytes = new ByteArrayBuilder(INITIAL_ROW_BYTES)) {
            try (JsonGenerator json = JSON.createGenerator(bytes)) {
                json.writeStartObject();
                writeKey(json, table, table.key(), MAX_KEY_BYTES, value);
                Sink.Column<Object> sortKey = table.sortKey();
                if (sortKey != null) {
                    writeKey(json, table, sortKey, MAX_SORT_KEY_BYTES, value);
                }
                if (retraction) {
                    AttributeJson.write(json, RETRACTED, true);
                } else {
                    writeAttributes(json, table, value);
                }
                json.writeEndObject();
            }
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("a row for table '" + table.target() + "' cannot be written as JSON", e);
        }
    }

    private static void writeAttributes(JsonGenerator json, Sink.Table<Object> table, Object value) throws IOException {
        for (Sink.Column<Object> column : table.attributes()) {
            @Nullable Object attribute = column.value().apply(value);
            if (attribute != null) {
                AttributeJson.write(json, column.name(), attribute);
            }
        }
    }

    private static void writeKey(
            JsonGenerator json, Sink.Table<Object> table, Sink.Column<Object> column, int maxBytes, Object value)
            throws IOException {
        @Nullable Object attribute = column.value().apply(value);
        boolean isText = attribute instanceof String || attribute instanceof Instant;
        if (attribute == null || !isText || "".equals(attribute)) {
            String what = attribute == null
                    ? "null"
                    : isText ? "empty" : "a " + attribute.getClass().getName() + "; keys are text: make a String of it";
            throw new IllegalArgumentException(
                    "key attribute '" + column.name() + "' of table '" + table.target() + "' is " + what);
        }
        String text = attribute.toString();
        // No character takes more than three bytes of UTF-8.
        if (text.length() * 3 > maxBytes && text.getBytes(StandardCharsets.UTF_8).length > maxBytes) {
            throw new IllegalArgumentException("key attribute '" + column.name() + "' of table '" + table.target()
                    + "' takes more than the " + maxBytes + " bytes that DynamoDB allows");
        }
        AttributeJson.write(json, column.name(), attribute);
    }

    private static byte[] streamRecord(Sink.Stream<Object> stream, Object value) {
        String partitionKey = stream.partitionKey().apply(value);
        if (partitionKey.isEmpty() || partitionKey.length() > MAX_PARTITION_KEY_CHARS) {
            throw new IllegalArgumentException("a partition key for stream '" + stream.target() + "' has "
                    + partitionKey.length() + " characters, and must have 1 to " + MAX_PARTITION_KEY_CHARS);
        }
        byte[] data = stream.codec().encode(value);
        if (stream.idPlacement() == Sink.IdPlacement.JSON_PROPERTY && (data.length < 2 || data[0] != '{')) {
            throw new IllegalArgumentException("a record for stream '" + stream.target()
                    + "' is not a JSON object, so its id cannot be a property of it: place the id elsewhere");
        }
        byte[] key = partitionKey.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Short.BYTES + key.length + data.length)
                .putShort((short) key.length)
                .put(key)
                .put(data)
                .array();
    }

    /**
     * A stream's record in an outbox.
     *
     * @param data the codec's bytes
     */
    public record StreamRecord(String partitionKey, byte[] data) {
        /** @throws IllegalArgumentException if the payload is not one */
        public static StreamRecord decode(byte[] payload) {
            try {
                ByteBuffer buffer = ByteBuffer.wrap(payload);
                byte[] key = new byte[Short.toUnsignedInt(buffer.getShort())];
                buffer.get(key);
                byte[] data = new byte[buffer.remaining()];
                buffer.get(data);
                return new StreamRecord(new String(key, StandardCharsets.UTF_8), data);
            } catch (BufferUnderflowException e) {
                throw new IllegalArgumentException(
                        "a stream's output that is cut off after " + payload.length + " bytes", e);
            }
        }
    }
}

package dev.millrace.local.endpoint;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.millrace.local.kinesis.KinesisException;
import dev.millrace.local.kinesis.PutEntry;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads PutRecords requests token by token: they are what the endpoint gets most of, and a tree of nodes would cost more
 * than storing the records. Also holds the limits of a record.
 */
final class PutRecordsParser {
    private static final int MAX_RECORDS = 500;
    private static final int MAX_RECORD_BYTES = 1024 * 1024;
    private static final int MAX_REQUEST_BYTES = 5 * 1024 * 1024;
    private static final BigInteger MAX_HASH_KEY = BigInteger.ONE.shiftLeft(128).subtract(BigInteger.ONE);

    private final List<PutEntry> entries = new ArrayList<>();
    private @Nullable String streamName;
    private @Nullable String streamArn;
    private boolean recordsPresent;

    private PutRecordsParser() {}

    /** A request that is within all limits. */
    record Request(String stream, List<PutEntry> entries) {}

    static Request parse(Wire wire, byte[] body) {
        PutRecordsParser parser = new PutRecordsParser();
        try (JsonParser in = wire.mapper().getFactory().createParser(body)) {
            parser.request(in);
        } catch (JacksonException e) {
            throw Parameters.malformed(e.getOriginalMessage());
        } catch (IOException e) {
            throw Parameters.malformed(String.valueOf(e.getMessage()));
        }
        return parser.checked();
    }

    private Request checked() {
        if (!recordsPresent) {
            Constraint.present("records", null);
        }
        Constraint.size("records", null, entries.size(), 1, MAX_RECORDS);
        long bytes = 0;
        for (PutEntry entry : entries) {
            bytes += recordBytes(entry);
        }
        if (bytes > MAX_REQUEST_BYTES) {
            throw tooLarge();
        }
        return new Request(Parameters.stream(streamName, streamArn), entries);
    }

    /** The error for a request with too much in it, whether or not it could be read. */
    static KinesisException tooLarge() {
        return new KinesisException(KinesisException.Type.InvalidArgumentException, "Records size exceeds 5 MB limit");
    }

    /** Checks a record, and gives its size as Kinesis counts it. */
    private static int recordBytes(PutEntry entry) {
        return entry.data().remaining() + utf8Length(entry.partitionKey());
    }

    private static int utf8Length(String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // A surrogate is half of a character with four bytes.
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }

    /** An entry of these parts, within the limits of a record. The prefix names the record in messages. */
    static PutEntry entry(
            String prefix, @Nullable ByteBuffer data, @Nullable String partitionKey, @Nullable String explicitHashKey) {
        ByteBuffer bytes = Constraint.present(prefix + "data", data);
        String key = Constraint.present(prefix + "partitionKey", partitionKey);
        Constraint.length(prefix + "partitionKey", key, 1, 256);
        Constraint.size(prefix + "data", null, bytes.remaining(), 0, MAX_RECORD_BYTES);
        PutEntry entry = new PutEntry(key, hashKey(prefix + "explicitHashKey", explicitHashKey), bytes);
        if (recordBytes(entry) > MAX_RECORD_BYTES) {
            throw new KinesisException(
                    KinesisException.Type.InvalidArgumentException,
                    "The data and the partition key of a record have " + recordBytes(entry)
                            + " bytes together, more than the limit of " + MAX_RECORD_BYTES + ".");
        }
        return entry;
    }

    private static @Nullable BigInteger hashKey(String field, @Nullable String text) {
        if (text == null) {
            return null;
        }
        BigInteger value = new BigInteger(Constraint.pattern(field, text, Constraint.HASH_KEY));
        if (value.compareTo(MAX_HASH_KEY) > 0) {
            throw new KinesisException(
                    KinesisException.Type.InvalidArgumentException,
                    "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was "
                            + text);
        }
        return value;
    }

    private void request(JsonParser in) throws IOException {
        expect(in.nextToken(), JsonToken.START_OBJECT);
        for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
            JsonToken token = in.nextToken();
            switch (name) {
                case "StreamName" -> streamName = text(name, in, token);
                case "StreamARN" -> streamArn = text(name, in, token);
                case "Records" -> records(in, token);
                default -> in.skipChildren();
            }
        }
        expect(in.currentToken(), JsonToken.END_OBJECT);
    }

    private void records(JsonParser in, JsonToken first) throws IOException {
        if (first == JsonToken.VALUE_NULL) {
            return;
        }
        expect(first, JsonToken.START_ARRAY);
        recordsPresent = true;
        while (in.nextToken() != JsonToken.END_ARRAY) {
            expect(in.currentToken(), JsonToken.START_OBJECT);
            record(in);
            // One too many is enough to know.
            Constraint.size("records", null, entries.size(), 0, MAX_RECORDS);
        }
    }

    private void record(JsonParser in) throws IOException {
        ByteBuffer data = null;
        String partitionKey = null;
        String explicitHashKey = null;
        for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
            JsonToken token = in.nextToken();
            switch (name) {
                case "Data" -> data = token == JsonToken.VALUE_NULL ? null : ByteBuffer.wrap(in.getBinaryValue());
                case "PartitionKey" -> partitionKey = text(name, in, token);
                case "ExplicitHashKey" -> explicitHashKey = text(name, in, token);
                default -> in.skipChildren();
            }
        }
        entries.add(entry("records." + (entries.size() + 1) + ".member.", data, partitionKey, explicitHashKey));
    }

    private static @Nullable String text(String name, JsonParser in, JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_NULL) {
            return null;
        }
        expect(token, JsonToken.VALUE_STRING);
        return Parameters.wellFormed(name, in.getText());
    }

    private static void expect(@Nullable JsonToken token, JsonToken expected) {
        if (token != expected) {
            throw Parameters.malformed("Expected " + expected + ", but found " + token);
        }
    }
}

package dev.millrace.local.endpoint;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import dev.millrace.local.kinesis.EmbeddedKinesis;
import dev.millrace.local.kinesis.KinesisException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The fields of a request. Absent fields and those that are null are the same. */
final class Parameters {
    private static final Pattern ARN =
            Pattern.compile("arn:aws[a-z-]*:kinesis:[a-z0-9-]*:\\d{12}:stream/([a-zA-Z0-9_.-]{1,128})");

    /** The end of the year 9999; a double is exact to the millisecond up to there. */
    private static final long MAX_TIMESTAMP_MILLIS = 253_402_300_799_999L;

    private final Wire wire;
    private final JsonNode fields;

    private Parameters(Wire wire, JsonNode fields) {
        this.wire = wire;
        this.fields = fields;
    }

    static Parameters parse(Wire wire, byte[] body) {
        try {
            JsonNode fields = body.length == 0
                    ? wire.mapper().createObjectNode()
                    : wire.mapper().readTree(body);
            if (!fields.isObject()) {
                throw malformed("The request is no object");
            }
            return new Parameters(wire, fields);
        } catch (JacksonException e) {
            throw malformed(e.getOriginalMessage());
        } catch (IOException e) {
            throw malformed(String.valueOf(e.getMessage()));
        }
    }

    static KinesisException malformed(String message) {
        return new KinesisException(KinesisException.Type.SerializationException, message);
    }

    private @Nullable JsonNode node(String name, JsonNodeType... types) {
        JsonNode node = fields.get(name);
        if (node == null || node.isNull()) {
            return null;
        }
        if (!List.of(types).contains(node.getNodeType())) {
            throw malformed(name + " has an unexpected type: " + node.getNodeType());
        }
        return node;
    }

    @Nullable
    String text(String name) {
        JsonNode node = node(name, JsonNodeType.STRING);
        return node == null ? null : wellFormed(name, node.textValue());
    }

    /** JSON can say half of a surrogate pair, which is no character, and which nothing could be answered with. */
    static String wellFormed(String name, String text) {
        if (!Text.isWellFormed(text)) {
            throw malformed(name + " has half of a surrogate pair, which is no character");
        }
        return text;
    }

    String requiredText(String name) {
        return Constraint.present(lower(name), text(name));
    }

    @Nullable
    Integer integer(String name) {
        JsonNode node = node(name, JsonNodeType.NUMBER);
        if (node == null) {
            return null;
        }
        if (!node.canConvertToInt()) {
            throw malformed(name + " is no 32-bit integer");
        }
        return node.intValue();
    }

    int integer(String name, int otherwise, int min, int max) {
        Integer value = integer(name);
        return value == null ? otherwise : Constraint.range(lower(name), value, min, max);
    }

    int requiredInteger(String name, int min, int max) {
        return Constraint.range(lower(name), Constraint.present(lower(name), integer(name)), min, max);
    }

    /** Whether a field is there, and true. */
    boolean flag(String name) {
        JsonNode node = node(name, JsonNodeType.BOOLEAN);
        return node != null && node.booleanValue();
    }

    @Nullable
    Instant timestamp(String name) {
        JsonNode node = node(name, JsonNodeType.NUMBER);
        if (node == null) {
            return null;
        }
        double millis = wire.timestampMillis(node.doubleValue());
        // Not a number is no timestamp either.
        if (!(Math.abs(millis) <= MAX_TIMESTAMP_MILLIS)) {
            throw malformed(name + " is no timestamp");
        }
        return Instant.ofEpochMilli(Math.round(millis));
    }

    ByteBuffer requiredBytes(String name) {
        JsonNode node = Constraint.present(lower(name), node(name, JsonNodeType.BINARY, JsonNodeType.STRING));
        try {
            return ByteBuffer.wrap(node.binaryValue());
        } catch (IOException e) {
            throw malformed(name + " is not valid Base64");
        }
    }

    @Nullable
    Parameters object(String name) {
        JsonNode node = node(name, JsonNodeType.OBJECT);
        return node == null ? null : new Parameters(wire, node);
    }

    Map<String, String> texts(String name) {
        JsonNode node = node(name, JsonNodeType.OBJECT);
        Map<String, String> values = new TreeMap<>();
        if (node != null) {
            node.properties()
                    .forEach(entry -> values.put(
                            wellFormed(name, entry.getKey()),
                            wellFormed(name, entry.getValue().asText())));
        }
        return values;
    }

    @Nullable
    List<String> list(String name) {
        JsonNode node = node(name, JsonNodeType.ARRAY);
        if (node == null) {
            return null;
        }
        List<String> values = new ArrayList<>();
        node.forEach(value -> values.add(wellFormed(name, value.asText())));
        return values;
    }

    /** The stream that StreamName or StreamARN says. */
    String stream() {
        return stream(text("StreamName"), text("StreamARN"));
    }

    /** The stream that a name or an ARN says; if both do, it must be the same. */
    static String stream(@Nullable String name, @Nullable String arn) {
        if (name != null) {
            Constraint.length("streamName", name, 1, 128);
            Constraint.pattern("streamName", name, Constraint.STREAM_NAME);
        }
        if (arn == null) {
            if (name == null) {
                throw new KinesisException(
                        KinesisException.Type.InvalidArgumentException,
                        "Either StreamName or StreamARN must be provided.");
            }
            return name;
        }
        String named = streamOfArn(arn);
        if (name != null && !name.equals(named)) {
            throw new KinesisException(
                    KinesisException.Type.InvalidArgumentException,
                    "StreamName " + name + " and StreamARN " + arn + " are of different streams.");
        }
        return named;
    }

    /** The stream in a field that holds an ARN. */
    String streamOfArnIn(String field) {
        return streamOfArn(requiredText(field));
    }

    private static String streamOfArn(String arn) {
        Matcher matcher = ARN.matcher(arn);
        if (!matcher.matches()) {
            throw new KinesisException(
                    KinesisException.Type.InvalidArgumentException, "Invalid ARN of a stream: " + arn);
        }
        return matcher.group(1);
    }

    static String arn(String stream) {
        return "arn:aws:kinesis:us-east-1:" + EmbeddedKinesis.ACCOUNT_ID + ":stream/" + stream;
    }

    /** A field as messages write it. */
    static String lower(String name) {
        return Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }
}

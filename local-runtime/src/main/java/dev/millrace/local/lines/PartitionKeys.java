package dev.millrace.local.lines;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Gives a line its partition key: the text or number that a property of its JSON object has, as it is written there (the
 * last one, where a name occurs twice, as JSON libraries read it). A line without a usable one (it is no JSON object, or
 * the property is missing, of another type, empty, no text, or longer than the 256 characters of a partition key) goes by its
 * content: its key is the first 16 hexadecimal digits of its SHA-256, the same whenever it is put. Safe for use by several
 * threads.
 */
public final class PartitionKeys {
    private static final int MAX_CHARS = 256;
    private static final int HASH_BYTES = 8;
    private static final JsonFactory JSON = new JsonFactory();

    private final @Nullable String field;

    /** @param field the property's name, or null to go by content always */
    public PartitionKeys(@Nullable String field) {
        this.field = field;
    }

    public String of(byte[] line) {
        @Nullable String value = field == null ? null : property(line, field);
        return value == null || !isUsable(value) ? hash(line) : value;
    }

    /** JSON can say half of a surrogate pair, which cannot be sent. */
    private static boolean isUsable(String value) {
        return !value.isEmpty()
                && value.length() <= MAX_CHARS
                && StandardCharsets.UTF_8.newEncoder().canEncode(value);
    }

    private static @Nullable String property(byte[] line, String name) {
        try (JsonParser parser = JSON.createParser(line)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            @Nullable String found = null;
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean isIt = parser.currentName().equals(name);
                JsonToken value = parser.nextToken();
                if (isIt) {
                    boolean usable = value == JsonToken.VALUE_STRING || value.isNumeric();
                    found = usable ? parser.getText() : null;
                }
                parser.skipChildren();
            }
            return parser.nextToken() == null ? found : null;
        } catch (IOException e) {
            // Not JSON: it is sent as it is, for the pipeline to judge.
            return null;
        }
    }

    private static String hash(byte[] line) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(line);
            return HexFormat.of().formatHex(Arrays.copyOf(digest, HASH_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

package dev.millrace.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/**
 * Reads an ISO-8601 timestamp, with an offset or {@code Z}, as an {@link Instant}, and anything else as null. So a record
 * whose timestamp cannot be read is still decoded, and gets the answer for records without an event time
 * ({@code no-event-time}), not the one for records that are not JSON. For use as
 * {@code @JsonDeserialize(using = ReadableInstant.class)}.
 */
public final class ReadableInstant extends JsonDeserializer<@Nullable Instant> {
    @Override
    public @Nullable Instant deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            parser.skipChildren();
            return null;
        }
        try {
            return Instant.parse(parser.getText());
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}

package dev.millrace.local.packaged;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What a function's process says of an error: JSON with a type and a message. */
final class ErrorBody {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int MAX_CHARS = 2_000;

    private ErrorBody() {}

    /** The type and the message, in one line of limited length. */
    static String describe(byte[] body) {
        String text;
        try {
            JsonNode error = JSON.readTree(body);
            text = error.path("errorType").asText() + ": "
                    + error.path("errorMessage").asText();
        } catch (IOException e) {
            text = new String(body, StandardCharsets.UTF_8);
        }
        String line = text.replaceAll("\\s*\\R\\s*", " ").strip();
        return line.length() <= MAX_CHARS ? line : line.substring(0, MAX_CHARS) + " ...";
    }
}

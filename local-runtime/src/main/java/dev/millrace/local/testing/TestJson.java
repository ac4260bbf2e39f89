package dev.millrace.local.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** JSON as pipelines have it: times as text. */
final class TestJson {
    private static final Pattern UNDERSCORE = Pattern.compile("_([a-z0-9])");
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .build();

    private TestJson() {}

    /** What a record's data are: bytes as they are, text in UTF-8, and anything else as JSON. */
    static byte[] data(Object value) {
        if (value instanceof byte[] bytes) {
            return bytes;
        }
        if (value instanceof CharSequence text) {
            return text.toString().getBytes(StandardCharsets.UTF_8);
        }
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot be written as JSON: " + value, e);
        }
    }

    static <T> T read(byte[] data, Class<T> type) {
        try {
            return MAPPER.readValue(data, type);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "no " + type.getSimpleName() + ": " + new String(data, StandardCharsets.UTF_8), e);
        }
    }

    /** A row as a type whose properties are called as its attributes, or as these in camel case. */
    static <T> T row(Map<String, Object> row, Class<T> type) {
        Map<String, Object> properties = new HashMap<>(row);
        row.forEach((name, value) -> properties.putIfAbsent(
                UNDERSCORE.matcher(name).replaceAll(found -> found.group(1).toUpperCase(Locale.ROOT)), value));
        try {
            return MAPPER.convertValue(properties, type);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("no " + type.getSimpleName() + ": the row is " + row, e);
        }
    }
}

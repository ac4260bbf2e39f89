package dev.millrace.engine;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A row's attribute as JSON, in the form of DynamoDB's protocol. */
final class AttributeJson {
    /** DynamoDB keeps 38 digits of a number, between 1E-130 and 9.99E125. */
    private static final int MAX_DIGITS = 38;

    private static final int MAX_EXPONENT = 125;
    /** How deep lists and maps may be in one another. */
    private static final int MAX_DEPTH = 31;

    private AttributeJson() {}

    /** Writes an attribute as a property of the object at hand. */
    static void write(JsonGenerator json, String name, @Nullable Object value) throws IOException {
        json.writeFieldName(name);
        writeValue(json, name, value, 0);
    }

    private static void writeValue(JsonGenerator json, String name, @Nullable Object value, int depth)
            throws IOException {
        // One that is empty counts as if it held something.
        int deepest = value instanceof List || value instanceof Map ? depth + 1 : depth;
        if (deepest > MAX_DEPTH) {
            throw new IllegalArgumentException(
                    "attribute '" + name + "' is nested deeper than the " + MAX_DEPTH + " levels that DynamoDB allows");
        }
        json.writeStartObject();
        if (value == null) {
            json.writeBooleanField("NULL", true);
        } else if (value instanceof String || value instanceof Instant) {
            json.writeStringField("S", value.toString());
        } else if (value instanceof Number number) {
            json.writeStringField("N", number(name, number));
        } else if (value instanceof Boolean bool) {
            json.writeBooleanField("BOOL", bool);
        } else if (value instanceof byte[] bytes) {
            json.writeStringField("B", Base64.getEncoder().encodeToString(bytes));
        } else if (value instanceof List<?> list) {
            json.writeArrayFieldStart("L");
            for (Object element : list) {
                writeValue(json, name, element, depth + 1);
            }
            json.writeEndArray();
        } else if (value instanceof Map<?, ?> map) {
            json.writeObjectFieldStart("M");
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                String key = String.valueOf(entry.getKey());
                json.writeFieldName(key);
                writeValue(json, name + "." + key, entry.getValue(), depth + 1);
            }
            json.writeEndObject();
        } else {
            throw new IllegalArgumentException(
                    "attribute '" + name + "' is a " + value.getClass().getName()
                            + "; a row takes strings, numbers, booleans, Instants, byte arrays, lists and maps");
        }
        json.writeEndObject();
    }

    private static String number(String name, Number number) {
        if (number instanceof Long || number instanceof Integer) {
            return number.toString();
        }
        BigDecimal decimal;
        try {
            decimal = new BigDecimal(number.toString()).stripTrailingZeros();
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("attribute '" + name + "' is " + number + ", which is no number", e);
        }
        int exponent = decimal.precision() - decimal.scale() - 1;
        if (decimal.precision() > MAX_DIGITS || Math.abs(exponent) > MAX_EXPONENT) {
            throw new IllegalArgumentException(
                    "attribute '" + name + "' is " + number + ", which is beyond what DynamoDB stores");
        }
        return decimal.toPlainString().length() <= MAX_DIGITS ? decimal.toPlainString() : decimal.toString();
    }
}

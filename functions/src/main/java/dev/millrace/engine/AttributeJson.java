package dev.millrace.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A row's attribute as JSON, in the form of DynamoDB's protocol. */
final class AttributeJson {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    /** DynamoDB keeps 38 digits of a number, between 1E-130 and 9.99E125. */
    private static final int MAX_DIGITS = 38;

    private static final int MAX_EXPONENT = 125;

    private AttributeJson() {}

    static ObjectNode of(String name, @Nullable Object value) {
        if (value == null) {
            return JSON.objectNode().put("NULL", true);
        }
        if (value instanceof String || value instanceof Instant) {
            return JSON.objectNode().put("S", value.toString());
        }
        if (value instanceof Number number) {
            return JSON.objectNode().put("N", number(name, number));
        }
        if (value instanceof Boolean bool) {
            return JSON.objectNode().put("BOOL", bool);
        }
        if (value instanceof byte[] bytes) {
            return JSON.objectNode().put("B", Base64.getEncoder().encodeToString(bytes));
        }
        return JSON.objectNode().set(value instanceof List ? "L" : "M", nested(name, value));
    }

    private static JsonNode nested(String name, Object value) {
        if (value instanceof List<?> list) {
            ArrayNode array = JSON.arrayNode();
            list.forEach(element -> array.add(of(name, element)));
            return array;
        }
        if (value instanceof Map<?, ?> map) {
            ObjectNode object = JSON.objectNode();
            map.forEach((key, element) -> object.set(String.valueOf(key), of(name + "." + key, element)));
            return object;
        }
        throw new IllegalArgumentException(
                "attribute '" + name + "' is a " + value.getClass().getName()
                        + "; a row takes strings, numbers, booleans, Instants, byte arrays, lists and maps");
    }

    private static String number(String name, Number number) {
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

package dev.millrace.local.testing;

import dev.millrace.engine.SinkPayloads;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A row of results as values of Java: text as {@code String}, whole numbers that fit as {@code Long} and others as
 * {@code BigDecimal}, lists and maps of the same, sets as lists; null attributes are left out, as are Millrace's own.
 */
final class Row {
    private static final String OWN = "millrace_";

    private Row() {}

    static boolean isRetracted(Map<String, AttributeValue> item) {
        return item.containsKey(SinkPayloads.RETRACTED);
    }

    static Map<String, Object> of(Map<String, AttributeValue> item) {
        Map<String, Object> row = new TreeMap<>();
        item.forEach((name, attribute) -> {
            Object value = value(attribute);
            if (value != null && !name.startsWith(OWN)) {
                row.put(name, value);
            }
        });
        return row;
    }

    private static @Nullable Object value(AttributeValue value) {
        return switch (value.type()) {
            case S -> value.s();
            case N -> number(value.n());
            case BOOL -> value.bool();
            case B -> value.b().asByteArray();
            case SS -> List.copyOf(value.ss());
            case NS -> value.ns().stream().map(Row::number).toList();
            case L -> value.l().stream().map(Row::value).collect(Collectors.toList());
            case M -> of(value.m());
            default -> null;
        };
    }

    private static Object number(String text) {
        BigDecimal number = new BigDecimal(text);
        try {
            return number.longValueExact();
        } catch (ArithmeticException e) {
            return number;
        }
    }
}

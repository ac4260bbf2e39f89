package dev.millrace.local.endpoint;

import dev.millrace.local.kinesis.KinesisException;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks of single values, with AWS's messages for those that fail. Field names are as AWS writes them there. */
final class Constraint {
    static final Pattern STREAM_NAME = Pattern.compile("[a-zA-Z0-9_.-]+");
    static final Pattern SHARD_ID = STREAM_NAME;
    static final Pattern CONSUMER_NAME = STREAM_NAME;
    static final Pattern HASH_KEY = Pattern.compile("0|([1-9]\\d{0,38})");
    static final Pattern SEQUENCE_NUMBER = Pattern.compile("0|([1-9]\\d{0,128})");

    private Constraint() {}

    static <T> T present(String field, @Nullable T value) {
        if (value == null) {
            throw failed("Value at '" + field + "' failed to satisfy constraint: Member must not be null");
        }
        return value;
    }

    static int range(String field, int value, int min, int max) {
        if (value < min) {
            throw failed(value(field, value) + "Member must have value greater than or equal to " + min);
        }
        if (value > max) {
            throw failed(value(field, value) + "Member must have value less than or equal to " + max);
        }
        return value;
    }

    static String length(String field, String value, int min, int max) {
        size(field, value, value.codePointCount(0, value.length()), min, max);
        return value;
    }

    /** Checks how many elements or bytes there are. */
    static void size(String field, @Nullable Object shown, int size, int min, int max) {
        String subject =
                shown == null ? "Value at '" + field + "' failed to satisfy constraint: " : value(field, shown);
        if (size < min) {
            throw failed(subject + "Member must have length greater than or equal to " + min);
        }
        if (size > max) {
            throw failed(subject + "Member must have length less than or equal to " + max);
        }
    }

    static String pattern(String field, String value, Pattern pattern) {
        return matched(field, value, pattern).group();
    }

    /** The match of the whole value. */
    static Matcher matched(String field, String value, Pattern pattern) {
        Matcher matcher = pattern.matcher(value);
        if (!matcher.matches()) {
            throw failed(value(field, value) + "Member must satisfy regular expression pattern: " + pattern);
        }
        return matcher;
    }

    static <E extends Enum<E>> E oneOf(String field, String value, Class<E> values) {
        for (E constant : values.getEnumConstants()) {
            if (constant.name().equals(value)) {
                return constant;
            }
        }
        throw failed(value(field, value) + "Member must satisfy enum value set: "
                + Arrays.toString(values.getEnumConstants()));
    }

    private static String value(String field, Object value) {
        return "Value '" + value + "' at '" + field + "' failed to satisfy constraint: ";
    }

    private static KinesisException failed(String what) {
        return new KinesisException(KinesisException.Type.ValidationException, "1 validation error detected: " + what);
    }
}

package dev.millrace.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import dev.millrace.testing.Fuzzing;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/** Records that anything has been done to: a value, or {@link CodecException}. */
class CodecsFuzzTest {
    private static final List<Class<? extends Exception>> DECLARED = List.of(CodecException.class);
    private static final int MAX_RECORD_BYTES = 1 << 20;

    private enum Color {
        RED,
        GREEN
    }

    /** Of each kind of value that JSON of a record may have. */
    private record Event(
            @Nullable String name,
            int count,
            @Nullable Long total,
            double ratio,
            boolean last,
            @Nullable Color color,
            @Nullable BigDecimal price,
            @Nullable BigInteger serial,
            @Nullable Instant time,

            @JsonDeserialize(using = ReadableInstant.class) @Nullable
            Instant lenient,

            @Nullable Duration took,
            @Nullable LocalDate day,
            @Nullable LocalDateTime local,
            @Nullable OffsetDateTime offset,
            byte @Nullable [] data,
            @Nullable List<@Nullable Event> children,
            @Nullable Map<String, @Nullable Integer> tags) {}

    private static final Event LEAF = new Event(
            "caf\u00e9 \ud83c\udf0a \"quoted\"",
            -7,
            1L << 40,
            0.25,
            true,
            Color.GREEN,
            new BigDecimal("12.50"),
            BigInteger.TEN.pow(30),
            Instant.parse("2026-11-20T10:00:01.250Z"),
            Instant.parse("2026-11-20T10:00:01.250Z"),
            Duration.ofMillis(1_500),
            LocalDate.of(2026, 11, 20),
            LocalDateTime.of(2026, 11, 20, 10, 0),
            OffsetDateTime.parse("2026-11-20T10:00:01+02:00"),
            new byte[] {1, 2, 3},
            List.of(),
            Map.of("a", 1));
    private static final Codec<Event> EVENTS = Codecs.json(Event.class);
    private static final byte[] LEAF_JSON = EVENTS.encode(LEAF);
    private static final Codec<Map<String, JsonNode>> TREES =
            Codecs.json(new TypeReference<Map<String, JsonNode>>() {});

    /** What parsers stumble over, to be put where a value is. */
    private static final List<String> VALUES = List.of(
            "null",
            "1e400",
            "-1e999999999",
            "1e-999999999",
            "99999999999999999999999",
            "1.5",
            "\"\\ud800\"",
            "[]",
            "{}",
            "\"P999999999999999999D\"",
            "\"+999999999-12-31T23:59:59Z\"",
            "\"2026-02-30\"",
            "NaN",
            "-0",
            "\"\"",
            "true",
            "\"not base64!\"",
            "1000000000000000000000000000000e2147483647",
            "[[[[[[[[[[]]]]]]]]]]");

    private static byte[] withOtherValue(byte[] json, Random random) {
        String text = new String(json, StandardCharsets.UTF_8);
        int colon = text.indexOf(':', random.nextInt(text.length()));
        int end = text.indexOf(',', colon + 1);
        if (colon < 0 || end < 0) {
            return json;
        }
        String value = VALUES.get(random.nextInt(VALUES.size()));
        return (text.substring(0, colon + 1) + value + text.substring(end)).getBytes(StandardCharsets.UTF_8);
    }

    @Property
    void aRecordThatWasDamaged_isAValueOrRefused(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] damaged = withOtherValue(LEAF_JSON, random);
        byte[] json = random.nextInt(3) == 0 ? damaged : Fuzzing.mutated(damaged, LEAF_JSON, random);

        Fuzzing.decode(json, EVENTS::decode, DECLARED);
        Fuzzing.decode(json, TREES::decode, DECLARED);
    }

    @Property
    void bytesOfOtherCodecs_areAValueOrRefused(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] noise = Fuzzing.noise(random.nextInt(14), random);

        for (Codec<?> codec : List.of(Codecs.string(), Codecs.longs(), Codecs.doubles(), EVENTS)) {
            Fuzzing.decode(noise, codec::decode, DECLARED);
        }
    }

    @Property
    void whatWasEncoded_isDecodedAsItWas(@ForAll String text, @ForAll long number, @ForAll double ratio) {
        // Half of a surrogate pair is no character, and has no encoding.
        String whole = text.codePoints()
                .filter(point -> point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();

        assertThat(Codecs.string().decode(Codecs.string().encode(whole))).isEqualTo(whole);
        assertThat(Codecs.longs().decode(Codecs.longs().encode(number))).isEqualTo(number);
        assertThat(Codecs.doubles().decode(Codecs.doubles().encode(ratio))).isEqualTo(ratio);
        Event event = new Event(
                whole,
                (int) number,
                number,
                ratio,
                false,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
        assertThat(EVENTS.decode(EVENTS.encode(event))).isEqualTo(event);
    }

    @Property
    void textThatNoBytesStandFor_isRefused(@ForAll String before, @ForAll String after) {
        String half = before + "x\ud800x" + after;

        assertThatThrownBy(() -> Codecs.string().encode(half)).isInstanceOf(CodecException.class);
    }

    /** As deep as a record can be: no stack is used up. */
    @Example
    void deepNesting_isRefused() {
        for (String open : List.of("[", "{\"children\":[", "{\"a\":")) {
            byte[] deep = open.repeat(MAX_RECORD_BYTES / open.length()).getBytes(StandardCharsets.UTF_8);
            Fuzzing.decode(deep, EVENTS::decode, DECLARED);
            Fuzzing.decode(deep, TREES::decode, DECLARED);
        }
        String nested = "{\"children\":[".repeat(400) + "]}".repeat(400);
        Fuzzing.decode(nested.getBytes(StandardCharsets.UTF_8), EVENTS::decode, DECLARED);
    }

    @Example
    void aLongNumber_isRefusedOrRead() {
        String digits = "9".repeat(MAX_RECORD_BYTES - 100);
        for (String field : List.of("count", "total", "ratio", "price", "serial", "time", "lenient", "other")) {
            byte[] json = ("{\"" + field + "\":" + digits + "}").getBytes(StandardCharsets.UTF_8);
            Fuzzing.decode(json, EVENTS::decode, DECLARED);
            byte[] power = ("{\"" + field + "\":1e999999999}").getBytes(StandardCharsets.UTF_8);
            Fuzzing.decode(power, EVENTS::decode, DECLARED);
        }
    }
}

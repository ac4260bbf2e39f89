package dev.millrace.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodecsTest {
    private static final Codec<Reading> JSON = Codecs.json(Reading.class);
    private static final Codec<Timed> TIMED = Codecs.json(Timed.class);

    enum Color {
        RED
    }

    record Reading(
            @Nullable String text,
            long whole,
            double real,
            boolean flag,
            @Nullable Color color,
            @Nullable Instant at) {}

    record Timed(
            @JsonDeserialize(using = ReadableInstant.class) @Nullable
            Instant at) {}

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String reading(String property) {
        return "{\"whole\":1,\"real\":0.5,\"flag\":true," + property + "}";
    }

    @Test
    void whenPropertiesAreUnknown_thenTheyAreIgnored() {
        Reading reading = JSON.decode(bytes(reading("\"at\":\"2026-01-01T00:00:00Z\",\"more\":{\"x\":[1]}")));
        assertThat(reading).isEqualTo(new Reading(null, 1, 0.5, true, null, Instant.parse("2026-01-01T00:00:00Z")));
        assertThat(JSON.decode(JSON.encode(reading))).isEqualTo(reading);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"text\":1",
                "\"text\":1.5",
                "\"text\":true",
                "\"text\":{}",
                "\"whole\":\"1\"",
                "\"whole\":\"\"",
                "\"whole\":1.5",
                "\"whole\":true",
                "\"whole\":null",
                "\"whole\":99999999999999999999",
                "\"real\":\"0.5\"",
                "\"flag\":1",
                "\"flag\":\"true\"",
                "\"color\":0",
                "\"color\":\"GREEN\"",
                "\"at\":1700000000000",
                "\"at\":1.5",
                "\"at\":\"yesterday\"",
                "\"at\":{}"
            })
    void whenAPropertyHasAnotherType_thenItIsRefused(String property) {
        assertThatThrownBy(() -> JSON.decode(bytes(reading(property)))).isInstanceOf(CodecException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "null", "[]", "1", "\"text\"", "{", "{} {}", "{}x", "not json", "\u0000"})
    void whenDataIsNotOneJsonObject_thenItIsRefused(String data) {
        assertThatThrownBy(() -> TIMED.decode(bytes(data))).isInstanceOf(CodecException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\"2026-01-01T00:00:00Z\"", "\"2026-01-01T02:00:00+02:00\"", "\"2025-12-31T23:30:00-00:30\""})
    void whenATimestampIsIso_thenItIsRead(String timestamp) {
        assertThat(TIMED.decode(bytes("{\"at\":" + timestamp + "}")).at())
                .isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\"2026-01-01\"", "\"\"", "\"soon\"", "1700000000", "1.5", "null", "true", "{\"a\":[1]}", "[[1]]"
            })
    void whenATimestampCannotBeRead_thenItIsNullAndTheRestIsDecoded(String timestamp) {
        assertThat(TIMED.decode(bytes("{\"at\":" + timestamp + ",\"more\":1}")).at())
                .isNull();
    }

    @Property
    void whenALongIsEncoded_thenItIsReadBack(@ForAll long value) {
        byte[] encoded = Codecs.longs().encode(value);
        assertThat(encoded).hasSizeBetween(1, 10);
        assertThat(Codecs.longs().decode(encoded)).isEqualTo(value);
    }

    @Property
    void whenADoubleIsEncoded_thenItIsReadBack(@ForAll double value) {
        assertThat(Codecs.doubles().decode(Codecs.doubles().encode(value))).isEqualTo(value);
    }

    @Test
    void whenBytesAreNotOfTheCodec_thenTheyAreRefused() {
        assertThatThrownBy(() -> Codecs.longs().decode(new byte[0])).isInstanceOf(CodecException.class);
        assertThatThrownBy(() -> Codecs.longs().decode(new byte[] {(byte) 0x80}))
                .isInstanceOf(CodecException.class);
        assertThatThrownBy(() -> Codecs.longs().decode(new byte[] {1, 1})).isInstanceOf(CodecException.class);
        assertThatThrownBy(() -> Codecs.longs().decode(new byte[11])).isInstanceOf(CodecException.class);
        assertThatThrownBy(() -> Codecs.doubles().decode(new byte[7])).isInstanceOf(CodecException.class);
        assertThatThrownBy(() -> Codecs.string().decode(new byte[] {(byte) 0xc3}))
                .isInstanceOf(CodecException.class);
        assertThatThrownBy(() -> Codecs.string().decode(new byte[] {(byte) 0xff}))
                .isInstanceOf(CodecException.class);
    }
}

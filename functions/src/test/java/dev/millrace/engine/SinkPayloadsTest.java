package dev.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Sink;
import dev.millrace.codec.Codecs;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SinkPayloadsTest {
    private static String row(@Nullable Object key, @Nullable Object attribute) {
        Sink.Table<Object> table = new Sink.Table<>(
                "t", new Sink.Column<>("k", value -> key), null, List.of(new Sink.Column<>("a", value -> attribute)));
        return new String(SinkPayloads.of(table, "value", false), StandardCharsets.UTF_8);
    }

    private static String attribute(Object value) {
        String row = row("x", value);
        return row.substring("{\"k\":{\"S\":\"x\"},\"a\":".length(), row.length() - 1);
    }

    @Test
    void whenAnAttributeIsWritten_thenItsTypeFollowsFromTheValue() {
        assertThat(attribute("ä")).isEqualTo("{\"S\":\"ä\"}");
        assertThat(attribute(Instant.EPOCH)).isEqualTo("{\"S\":\"1970-01-01T00:00:00Z\"}");
        assertThat(attribute(1)).isEqualTo("{\"N\":\"1\"}");
        assertThat(attribute(100.0)).isEqualTo("{\"N\":\"100\"}");
        assertThat(attribute(-0.25)).isEqualTo("{\"N\":\"-0.25\"}");
        assertThat(attribute(new BigDecimal("1E+100"))).isEqualTo("{\"N\":\"1E+100\"}");
        assertThat(attribute(true)).isEqualTo("{\"BOOL\":true}");
        assertThat(attribute(new byte[] {1})).isEqualTo("{\"B\":\"AQ==\"}");
        assertThat(attribute(Arrays.asList("a", null, List.of(1))))
                .isEqualTo("{\"L\":[{\"S\":\"a\"},{\"NULL\":true},{\"L\":[{\"N\":\"1\"}]}]}");
        assertThat(attribute(Map.of("x", Map.of("y", 2)))).isEqualTo("{\"M\":{\"x\":{\"M\":{\"y\":{\"N\":\"2\"}}}}}");
        assertThat(row("x", null)).isEqualTo("{\"k\":{\"S\":\"x\"}}");
    }

    @Test
    void whenDynamoDbWouldRefuseARow_thenTheRecordFailsBefore() {
        refused("x", Double.NaN, "no number");
        refused("x", new BigDecimal("1E+126"), "beyond what DynamoDB stores");
        refused("x", new BigDecimal("1".repeat(39)), "beyond what DynamoDB stores");
        refused("x", Map.of("y", Thread.State.NEW), "attribute 'a.y' is a java.lang.Thread$State");
        refused("x", "y".repeat(SinkPayloads.MAX_BYTES), "more than the limit");
        refused(null, "y", "key attribute 'k' of table 't' is null");
        refused(1, "y", "keys are text");
        refused("", "y", "key attribute 'k' of table 't' is empty");
    }

    @Test
    void whatDynamoDbJustTakes_isWritten() {
        assertThat(attribute(new BigDecimal("1".repeat(38)))).contains("1".repeat(38));
        assertThat(attribute(new BigDecimal("1E+125"))).isEqualTo("{\"N\":\"1E+125\"}");
        assertThat(attribute(new BigDecimal("-1E-125"))).isEqualTo("{\"N\":\"-1E-125\"}");
        assertThat(attribute(new BigDecimal("1E+37"))).isEqualTo("{\"N\":\"1" + "0".repeat(37) + "\"}");
        assertThat(attribute(new BigDecimal("1E+38"))).isEqualTo("{\"N\":\"1E+38\"}");
        assertThat(row("k".repeat(2048), "y")).contains("k".repeat(2048));
        assertThat(row("€".repeat(682) + "kk", "y")).contains("€kk");
        assertThat(attribute(nested(31))).startsWith("{\"L\":[{\"L\":");
        refused("x", new BigDecimal("1E-126"), "beyond what DynamoDB stores");
        refused("k".repeat(2049), "y", "more than the 2048 bytes");
        refused("€".repeat(683), "y", "more than the 2048 bytes");
        refused("x", nested(32), "nested deeper than the 31 levels");
        refused("x", Map.of("y", nested(31)), "attribute 'a.y' is nested deeper");
    }

    private static Object nested(int levels) {
        Object value = List.of();
        for (int level = 1; level < levels; level++) {
            value = List.of(value);
        }
        return value;
    }

    @Test
    void whenARowIsTakenBack_thenItHasItsKeyAndSaysSo() {
        Sink.Table<Object> table = new Sink.Table<>(
                "t",
                new Sink.Column<>("k", value -> value),
                new Sink.Column<>("s", value -> "sort"),
                List.of(new Sink.Column<>("a", value -> 1)));

        assertThat(new String(SinkPayloads.of(table, "x", true), StandardCharsets.UTF_8))
                .isEqualTo("{\"k\":{\"S\":\"x\"},\"s\":{\"S\":\"sort\"},\"millrace_retracted\":{\"BOOL\":true}}");
        assertThat(new String(SinkPayloads.of(table, "x", false), StandardCharsets.UTF_8))
                .isEqualTo("{\"k\":{\"S\":\"x\"},\"s\":{\"S\":\"sort\"},\"a\":{\"N\":\"1\"}}");
    }

    private static void refused(@Nullable Object key, Object attribute, String message) {
        assertThatThrownBy(() -> row(key, attribute))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void whenAStreamsRecordIsWritten_thenItIsReadBack() {
        byte[] payload = SinkPayloads.of(stream("schlüssel"), "{\"a\":1}", false);
        SinkPayloads.StreamRecord record = SinkPayloads.StreamRecord.decode(payload);
        assertThat(record.partitionKey()).isEqualTo("schlüssel");
        assertThat(new String(record.data(), StandardCharsets.UTF_8)).isEqualTo("{\"a\":1}");
    }

    @Test
    void whenAStreamsRecordCannotBePut_thenItFails() {
        assertThatThrownBy(() -> SinkPayloads.of(stream(""), "{}", false)).hasMessageContaining("1 to 256");
        assertThatThrownBy(() -> SinkPayloads.of(stream("k".repeat(257)), "{}", false))
                .hasMessageContaining("has 257 characters");
        assertThatThrownBy(() -> SinkPayloads.of(stream("k"), "[]", false)).hasMessageContaining("not a JSON object");
        assertThatThrownBy(() -> SinkPayloads.of(stream("k"), "{", false)).hasMessageContaining("not a JSON object");
        assertThat(SinkPayloads.of(stream("k".repeat(256)), "{}", false)).hasSize(2 + 256 + 2);
        assertThatThrownBy(() -> SinkPayloads.StreamRecord.decode(new byte[] {0, 5, 'k'}))
                .hasMessageContaining("cut off after 3 bytes");
    }

    private static Sink<Object> stream(String partitionKey) {
        return new Sink.Stream<>("s", value -> partitionKey, new TextOfObject(), Sink.IdPlacement.JSON_PROPERTY);
    }

    private static final class TextOfObject implements dev.millrace.codec.Codec<Object> {
        @Override
        public byte[] encode(Object value) {
            return Codecs.string().encode(value.toString());
        }

        @Override
        public Object decode(byte[] bytes) {
            return Codecs.string().decode(bytes);
        }
    }
}

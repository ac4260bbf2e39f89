package dev.millrace.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AggregatedRecordsTest {
    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<String> unpacked(byte[] data) throws CorruptedAggregateException {
        AggregatedRecords.Unpacked unpacked = AggregatedRecords.unpack(data, "outer");
        assertThat(unpacked.aggregated()).isTrue();
        return unpacked.records().stream()
                .map(item -> item.subSequenceNumber() + " " + item.partitionKey() + " "
                        + new String(item.data(), StandardCharsets.UTF_8))
                .toList();
    }

    @Test
    void userRecords_comeInOrderWithTheirKeysAndSubSequenceNumbers() throws Exception {
        byte[] data = new AggregateWriter()
                .add("a", utf8("1"))
                .add("b", utf8(""))
                .add("a", utf8("3"))
                .toBytes();

        assertThat(unpacked(data)).containsExactly("0 a 1", "1 b ", "2 a 3");
    }

    @Test
    void plainRecord_isHandedOnAsItIs() throws Exception {
        for (byte[] data :
                List.of(utf8("{\"n\":1}"), new byte[0], new byte[] {(byte) 0xF3, (byte) 0x89, (byte) 0x9A})) {
            AggregatedRecords.Unpacked unpacked = AggregatedRecords.unpack(data, "outer");

            assertThat(unpacked.aggregated()).isFalse();
            assertThat(unpacked.records()).containsExactly(new UserRecord("outer", data, 0));
        }
    }

    @Test
    void aggregateWithoutUserRecords_isValidAndEmpty() throws Exception {
        assertThat(unpacked(new AggregateWriter().toBytes())).isEmpty();
        assertThat(unpacked(new AggregateWriter().partitionKeyEntry("a").toBytes()))
                .isEmpty();
    }

    @Test
    void explicitHashKeysTagsAndUnknownFields_areReadOver() throws Exception {
        byte[] data = new AggregateWriter()
                .rawBytes(9 << 3, 0xff, 0x01) // varint
                .rawBytes(10 << 3 | 1, 1, 2, 3, 4, 5, 6, 7, 8) // fixed64
                .rawBytes(11 << 3 | 5, 1, 2, 3, 4) // fixed32
                .rawBytes(12 << 3 | 2, 2, 7, 7) // length-delimited
                .partitionKeyEntry("a")
                .explicitHashKeyEntry("340282366920938463463374607431768211455")
                .rawRecord(0L, 0L, utf8("x"))
                .rawBytes(3 << 3 | 2, 9, 1 << 3, 0, 3 << 3 | 2, 1, 'y', 4 << 3 | 2, 2, 8, 1) // with a tag
                .toBytes();

        assertThat(unpacked(data)).containsExactly("0 a x", "1 a y");
    }

    @Test
    void tables_mayComeAfterTheRecords_andTheLastValueOfAFieldCounts() throws Exception {
        byte[] data = new AggregateWriter()
                .rawRecord(1L, null, utf8("x"))
                .rawBytes(3 << 3 | 2, 8, 1 << 3, 0, 3 << 3 | 2, 0, 3 << 3 | 2, 2, 'o', 'k')
                .partitionKeyEntry("a")
                .partitionKeyEntry("b")
                .toBytes();

        assertThat(unpacked(data)).containsExactly("0 b x", "1 a ok");
    }

    @Test
    void damagedOrCutOffAggregate_isRefusedWithBothChecksums() {
        byte[] data = new AggregateWriter().add("a", utf8("1")).toBytes();
        byte[] damaged = data.clone();
        damaged[6] ^= 1;

        assertThatThrownBy(() -> AggregatedRecords.unpack(damaged, "outer"))
                .isInstanceOf(CorruptedAggregateException.class)
                .hasMessageContaining("its checksum is");
        assertThatThrownBy(() -> AggregatedRecords.unpack(Arrays.copyOf(data, 19), "outer"))
                .isInstanceOf(CorruptedAggregateException.class)
                .hasMessageContaining("it has 19 bytes");
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                Arguments.of("partition key 1 of 1", writer().rawRecord(1L, null, utf8("x"))),
                Arguments.of("partition key 18446744073709551615 of 1", writer().rawRecord(-1L, null, utf8("x"))),
                Arguments.of("explicit hash key 0 of 0", writer().rawRecord(0L, 0L, utf8("x"))),
                Arguments.of("no partition key, in the user record 0", writer().rawRecord(null, null, utf8("x"))),
                Arguments.of("no data, in the user record 0", writer().rawRecord(0L, null, null)),
                Arguments.of("a number is cut off", writer().rawBytes(9 << 3, 0x80)),
                Arguments.of(
                        "more than 64 bits",
                        writer().rawBytes(9 << 3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1)),
                Arguments.of(
                        "more than 64 bits", writer().rawBytes(9 << 3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 2)),
                Arguments.of("says it has 5 bytes, and 1 are left", writer().rawBytes(3 << 3 | 2, 5, 0)),
                Arguments.of(
                        "says it has 18446744073709551615 bytes",
                        writer().rawBytes(3 << 3 | 2, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1)),
                Arguments.of("field 3 has wire type 0, not 2", writer().rawBytes(3 << 3, 1)),
                Arguments.of("field 1 has wire type 0, not 2", writer().rawBytes(1 << 3, 1)),
                Arguments.of("field 1 has wire type 2, not 0", writer().rawBytes(3 << 3 | 2, 2, 1 << 3 | 2, 0)),
                Arguments.of("field number 0", writer().rawBytes(0, 0)),
                Arguments.of("field 9 has wire type 3", writer().rawBytes(9 << 3 | 3, 9 << 3 | 4)),
                Arguments.of("field 9 has wire type 7", writer().rawBytes(9 << 3 | 7)),
                Arguments.of("field 1 is not UTF-8 text", writer().rawBytes(1 << 3 | 2, 1, 0xff)));
    }

    private static AggregateWriter writer() {
        return new AggregateWriter().partitionKeyEntry("a");
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void malformedMessageWithAGoodChecksum_isRefused(String reason, AggregateWriter writer) {
        assertThatThrownBy(() -> AggregatedRecords.unpack(writer.toBytes(), "outer"))
                .isInstanceOf(CorruptedAggregateException.class)
                .hasMessageStartingWith("corrupted aggregated record: ")
                .hasMessageContaining(reason);
    }
}

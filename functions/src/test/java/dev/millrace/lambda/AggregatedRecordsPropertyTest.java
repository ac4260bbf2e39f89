package dev.millrace.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever comes in: the user records that went in, or the typed exception, and nothing else. */
class AggregatedRecordsPropertyTest {
    private record Put(String partitionKey, byte[] data) {}

    @Provide
    Arbitrary<List<Put>> puts() {
        Arbitrary<String> keys = Arbitraries.oneOf(
                Arbitraries.of("a", "b", "\u00e9\ud83c\udf0a"),
                Arbitraries.strings().withCharRange('a', 'z').ofMinLength(1).ofMaxLength(200));
        Arbitrary<byte[]> data = Arbitraries.bytes().array(byte[].class).ofMaxSize(300);
        return Combinators.combine(keys, data).as(Put::new).list().ofMaxSize(40);
    }

    private static byte[] aggregate(List<Put> puts) {
        AggregateWriter writer = new AggregateWriter();
        puts.forEach(put -> writer.add(put.partitionKey(), put.data()));
        return writer.toBytes();
    }

    /** The message within magic and checksum. */
    private static byte[] message(byte[] aggregate) {
        return Arrays.copyOfRange(aggregate, 4, aggregate.length - 16);
    }

    @Property
    void whatWasPut_isUnpacked(@ForAll("puts") List<Put> puts) throws Exception {
        List<UserRecord> records =
                AggregatedRecords.unpack(aggregate(puts), "outer").records();

        assertThat(records).hasSameSizeAs(puts);
        for (int i = 0; i < records.size(); i++) {
            assertThat(records.get(i).partitionKey()).isEqualTo(puts.get(i).partitionKey());
            assertThat(records.get(i).data()).isEqualTo(puts.get(i).data());
            assertThat(records.get(i).subSequenceNumber()).isEqualTo(i);
        }
    }

    @Property
    void whenBitsFlip_thenRecordIsRefusedOrPlain(
            @ForAll("puts") List<Put> puts,
            @ForAll @IntRange(max = 1_000_000) int place,
            @ForAll @IntRange(max = 7) int bit)
            throws Exception {
        byte[] data = aggregate(puts);
        int at = place % data.length;
        data[at] ^= (byte) (1 << bit);

        if (at < 4) {
            assertThat(AggregatedRecords.unpack(data, "outer").aggregated()).isFalse();
        } else {
            assertThatThrownBy(() -> AggregatedRecords.unpack(data, "outer"))
                    .isInstanceOf(CorruptedAggregateException.class);
        }
    }

    @Property
    void whenRecordIsCutOff_thenItIsRefusedOrPlain(
            @ForAll("puts") List<Put> puts, @ForAll @IntRange(max = 1_000_000) int place) throws Exception {
        byte[] data = aggregate(puts);
        byte[] cut = Arrays.copyOf(data, place % data.length);

        if (cut.length < 4) {
            assertThat(AggregatedRecords.unpack(cut, "outer").aggregated()).isFalse();
        } else {
            assertThatThrownBy(() -> AggregatedRecords.unpack(cut, "outer"))
                    .isInstanceOf(CorruptedAggregateException.class);
        }
    }

    /** The checksum is made good again, so that the message itself must be checked. */
    @Property
    void whenMessageIsDamagedUnderAGoodChecksum_thenItIsRefusedOrRead(
            @ForAll("puts") List<Put> puts,
            @ForAll @Size(max = 4) List<@IntRange(max = 1_000_000) Integer> places,
            @ForAll byte value,
            @ForAll @IntRange(max = 1_000_000) int cut) {
        byte[] message = message(aggregate(puts));
        for (int place : places) {
            if (message.length > 0) {
                message[place % message.length] = value;
            }
        }
        if (cut % 2 == 0 && message.length > 0) {
            message = Arrays.copyOf(message, cut % message.length);
        }
        refusedOrBounded(AggregateWriter.seal(message));
    }

    @Property
    void anyMessage_isRefusedOrRead(@ForAll @Size(max = 200) byte[] message) {
        refusedOrBounded(AggregateWriter.seal(message));
    }

    /** Fields of the right kinds with wrong contents, which arbitrary bytes seldom are. */
    @Property
    void anyFields_areRefusedOrRead(
            @ForAll @Size(max = 20) List<@IntRange(min = 0, max = 255) Integer> tags,
            @ForAll @Size(max = 20) byte[] contents) {
        List<Integer> bytes = new ArrayList<>();
        for (int tag : tags) {
            bytes.add(tag & 0x3f);
            bytes.add(contents.length);
            for (byte content : contents) {
                bytes.add(content & 0x0f);
            }
        }
        refusedOrBounded(new AggregateWriter()
                .partitionKeyEntry("a")
                .rawBytes(bytes.stream().mapToInt(Integer::intValue).toArray())
                .toBytes());
    }

    private static void refusedOrBounded(byte[] data) {
        try {
            List<UserRecord> records = AggregatedRecords.unpack(data, "outer").records();
            long unpacked =
                    records.stream().mapToLong(item -> item.data().length).sum();
            assertThat(unpacked).isLessThan(data.length);
        } catch (CorruptedAggregateException e) {
            assertThat(e).hasMessageStartingWith("corrupted aggregated record: ");
        }
    }
}

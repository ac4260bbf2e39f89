package dev.millrace.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.driver.BatchItem;
import dev.millrace.engine.EntryEnd;
import dev.millrace.engine.Exchanged;
import dev.millrace.engine.HashRange;
import dev.millrace.engine.Mark;
import dev.millrace.engine.Parts;
import dev.millrace.engine.Position;
import dev.millrace.engine.Progress;
import dev.millrace.engine.Reason;
import dev.millrace.engine.SourceRecord;
import dev.millrace.engine.UpstreamId;
import dev.millrace.plan.Stage;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExchangeReaderTest {
    private static final Stage STAGE = new Stage(
            "by-user",
            "clicks-by-user",
            List.of("source", "by-page"),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of());
    private static final List<HashRange> HALVES =
            Shards.of(2).stream().map(shard -> shard.range()).toList();
    private final ExchangeReader reader = new ExchangeReader("clicks", STAGE);

    private static PackedRecord packed(String pipeline, String from, String stage) {
        EntryEnd end = new EntryEnd(2, 5, 6, EntryEnd.State.ACTIVE, Progress.NO_TIME, Progress.NO_TIME);
        Parts parts =
                new Parts(List.of(PackerTest.part(0, "a", new byte[] {7}), PackerTest.part(1, "b", new byte[0])), end);
        return new PackedRecord(pipeline, new UpstreamId(from, "shard-1"), stage, 1, 2, HALVES.get(1), parts);
    }

    private static SourceRecord record(int number, byte[] data) {
        return new SourceRecord("shard-9", data, new Position(Integer.toString(number), 0, false), 1_000L + number);
    }

    private static SourceRecord good(int number) {
        return record(number, packed("clicks", "source", "by-user").encode());
    }

    @Test
    void eachPartAndTheEndIsAnItemWithAPositionOfItsOwn() {
        List<BatchItem> items = reader.items(List.of(good(4)), HALVES.get(1));

        assertThat(items.stream().map(item -> item.record().position()))
                .containsExactly(new Position("4", 0, true), new Position("4", 1, true), new Position("4", 2, false));
        assertThat(items.stream()
                        .map(item -> Objects.requireNonNull(item.exchanged()).mark()))
                .containsExactly(new Mark(1, 2, 0), new Mark(1, 2, 1), new Mark(1, 2, 2));
        assertThat(items.get(0).record().data()).containsExactly(7);
        assertThat(items.get(0).record().arrivalMillis()).isEqualTo(1_004);
        assertThat(items.get(2).exchanged()).isInstanceOf(Exchanged.OfEnd.class);
    }

    @ParameterizedTest
    @CsvSource({
        "orders, source, by-user, stage 'by-user' of pipeline 'orders'",
        "clicks, source, by-page, stage 'by-page' of pipeline 'clicks'",
        "clicks, other, by-user, 'it comes from stage ''other'', and those that send to this stage are source, by-page'"
    })
    void whenARecordIsForOthers_thenItFailsAsAWholeAndIsNamed(
            String pipeline, String from, String stage, String problem) {
        SourceRecord strange = record(5, packed(pipeline, from, stage).encode());

        List<BatchItem> items = reader.items(List.of(good(4), strange, good(6)), HALVES.get(1));

        assertThat(items).hasSize(7);
        assertThat(items.get(3).record()).isEqualTo(strange);
        assertThat(items.get(3).exchanged()).isNull();
        assertThat(items.get(3).failure())
                .satisfies(failure ->
                        assertThat(Objects.requireNonNull(failure).reason()).isEqualTo(Reason.UNDECODABLE))
                .hasMessageContaining("'clicks-by-user'")
                .hasMessageContaining(problem);
        items.remove(3);
        assertThat(items).allSatisfy(item -> assertThat(item.exchanged()).isNotNull());
    }

    @Test
    void whenARecordIsDamaged_thenItFailsAsAWholeAndTheOthersAreTaken() {
        byte[] damaged = packed("clicks", "source", "by-user").encode();
        damaged[damaged.length - 1] ^= 1;

        List<BatchItem> items = reader.items(List.of(record(3, damaged), good(4)), HALVES.get(1));

        assertThat(items).hasSize(4);
        assertThat(items.get(0).failure())
                .hasMessageContaining("'clicks-by-user'")
                .hasMessageContaining("damaged");
        assertThat(items.get(0).record().data()).isEqualTo(damaged);
    }

    @Test
    void whenARecordHasNothing_thenItsPositionCounts() {
        PackedRecord nothing = new PackedRecord(
                "clicks",
                new UpstreamId("source", "shard-1"),
                "by-user",
                1,
                2,
                HALVES.get(1),
                new Parts(List.of(), null));

        assertThat(reader.items(List.of(record(3, nothing.encode())), HALVES.get(1)))
                .singleElement()
                .satisfies(item -> assertThat(item.isEmpty()).isTrue());
    }

    @Test
    void x2_whenARecordWasPackedForAnotherRange_thenNothingIsTaken() {
        HashRange upper = HALVES.get(1);
        HashRange quarter =
                new HashRange(upper.first(), upper.first().add(upper.first().shiftRight(1)));
        for (HashRange mine : List.of(HALVES.get(0), quarter, new HashRange(quarter.last(), upper.last()))) {
            assertThatThrownBy(() -> reader.items(List.of(good(4)), mine))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("record 4 of internal stream 'clicks-by-user'")
                    .hasMessageContaining(upper.first() + " to " + upper.last())
                    .hasMessageContaining(mine.first() + " to " + mine.last())
                    .hasMessageContaining("resharded");
        }
        assertThat(reader.items(List.of(good(4)), HashRange.ALL)).hasSize(3);
    }
}

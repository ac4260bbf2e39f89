package dev.millrace.state;

import static dev.millrace.state.TestLogs.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.engine.CellChange;
import dev.millrace.engine.KeyId;
import dev.millrace.engine.Position;
import dev.millrace.engine.Progress;
import dev.millrace.format.ByteWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a batch costs: 1,000 records over 10,000 keys, Zipf 1.1, with a count for each key in one window, a minute into it. */
class EntrySizeTest {
    private static final int KEYS = 10_000;

    @Test
    void whenABatchChangesSomeFourHundredCounts_thenItsEntryTakesAboutTwoKilobytes() {
        Random random = new Random(7);
        Map<String, Integer> totals = new TreeMap<>();
        for (int batch = 0; batch < 59; batch++) {
            zipfBatch(random).forEach((key, count) -> totals.merge(key, count, Integer::sum));
        }
        List<CellChange> cells = new ArrayList<>();
        zipfBatch(random).forEach((key, count) -> {
            ByteWriter value = new ByteWriter();
            value.writeVarint(totals.merge(key, count, Integer::sum));
            cells.add(new CellChange(KeyId.of("count", bytes(key)), 1_700_000_000_000L, value.toByteArray()));
        });
        Entry entry = new Entry(
                8_193,
                Entry.Kind.BATCH,
                "0b5a8f1e-5d3c-4f0e-9a55-1e2d3c4b5a69",
                "7c1f0a52-8f0f-4d6c-a1d1-2f3e4d5c6b7a",
                new Progress(
                        new Position("49590338271490256608559692538361571095921575989136588898", 0, false),
                        1_700_000_012_345L,
                        1_700_000_010_000L,
                        1_700_000_010_000L),
                new BucketTurn(17, 1, 1_234),
                List.of(new BucketStamp(16, 8_192)),
                cells,
                List.of());
        Header header = Header.first(8_192, 256);

        int bytes = EntryCodec.encode(ItemKey.slot(TestLogs.name("shardId-000000000000"), header, 8_193), entry)
                .bytes();

        System.out.printf("entry with %d changed keys: an item of %d bytes%n", cells.size(), bytes);
        assertThat(cells).hasSizeBetween(370, 440);
        assertThat(bytes).isLessThanOrEqualTo(2_048);
    }

    private static Map<String, Integer> zipfBatch(Random random) {
        double[] upTo = new double[KEYS];
        double sum = 0;
        for (int key = 0; key < KEYS; key++) {
            sum += Math.pow(key + 1, -1.1);
            upTo[key] = sum;
        }
        Map<String, Integer> counts = new TreeMap<>();
        for (int i = 0; i < 1_000; i++) {
            double at = random.nextDouble() * sum;
            int key = 0;
            while (upTo[key] < at) {
                key++;
            }
            counts.merge("k" + key, 1, Integer::sum);
        }
        return counts;
    }
}

package dev.millrace.state;

import static dev.millrace.state.TestLogs.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.engine.CellChange;
import dev.millrace.engine.Floor;
import dev.millrace.engine.HashRange;
import dev.millrace.engine.KeyId;
import dev.millrace.engine.KeyedState;
import dev.millrace.engine.Output;
import dev.millrace.engine.Position;
import dev.millrace.engine.Progress;
import dev.millrace.format.ByteWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.assertj.core.api.recursive.comparison.RecursiveComparisonConfiguration;
import org.junit.jupiter.api.Test;

class CodecTest {
    private static final LogName NAME = new LogName("orders", "totals", "shardId-000000000000");
    private static final Header HEADER = new Header(
            1,
            2,
            8192,
            256,
            17,
            -5,
            Progress.NO_TIME,
            List.of(new Floor(new HashRange(BigInteger.TWO, HashRange.ALL.last()), 3)));
    private static final Entry ENTRY = new Entry(
            8_193,
            Entry.Kind.BATCH,
            "writer-1",
            "mapping-1",
            new Progress(new Position("49590338271490256608559692538361571095921575989136588898", 3, true), 10, -1, 20),
            new BucketTurn(255, 2, 4_000),
            List.of(new BucketStamp(256, 8_000), new BucketStamp(3, 9_000)),
            List.of(
                    new CellChange(KeyId.keyless("count"), 7, bytes("marks")),
                    new CellChange(KeyId.of("count", bytes("key-1")), -60_000, bytes("one")),
                    new CellChange(KeyId.of("count", bytes("key-1")), Long.MAX_VALUE, null),
                    new CellChange(KeyId.of("count", bytes("key-12")), 0, new byte[0]),
                    new CellChange(KeyId.of("sum", bytes("")), Long.MIN_VALUE, bytes("empty key"))),
            List.of(
                    new StoredOutput.Inline(new Output("out", bytes("result"))),
                    new StoredOutput.Apart("out", 5, -559038737)));

    private static final int KEY_1_BUCKET = 236;

    private static StoredItem headerItem() {
        return HeaderCodec.encode(NAME, HEADER);
    }

    private static StoredItem entryItem() {
        return EntryCodec.encode(ItemKey.slot(NAME, HEADER, ENTRY.number()), ENTRY);
    }

    private static KeyedState state() {
        KeyedState state = new KeyedState(1);
        ENTRY.cells().forEach(state::apply);
        return state;
    }

    private static StoredItem bucketItem() {
        return BucketCodec.encode(ItemKey.bucket(NAME, HEADER, 0), 8_193, state().bucket(0));
    }

    private static StoredItem outputItem() {
        ItemKey key = ItemKey.output(NAME, HEADER, 8_193, "writer-1", 5);
        return BucketCodec.encodeOutput(key, 8_193, bytes("a large result ".repeat(20)));
    }

    @Test
    void whenItemsAreEncoded_thenTheyDecodeToTheSame() {
        assertThat(HeaderCodec.decode(headerItem())).isEqualTo(HEADER);
        Header withArrival = new Header(1, 2, 8, 3, 4, 5, 6, HEADER.floors());
        assertThat(HeaderCodec.decode(HeaderCodec.encode(NAME, withArrival))).isEqualTo(withArrival);
        for (Entry.Kind kind : Entry.Kind.values()) {
            assertThat(Entry.Kind.of(kind.code())).isEqualTo(kind);
        }
        assertSame(EntryCodec.decode(entryItem()), ENTRY);
        assertThat(cells(BucketCodec.decode(bucketItem()))).isEqualTo(TestLogs.cells(onlyBucketZero()));
        assertThat(BucketCodec.decodeOutput(outputItem())).isEqualTo(bytes("a large result ".repeat(20)));
    }

    @Test
    void itemsOfVersionOneDecodeForEver() throws Exception {
        assertThat(HeaderCodec.decode(golden(headerItem(), "header"))).isEqualTo(HEADER);
        assertSame(EntryCodec.decode(golden(entryItem(), "entry")), ENTRY);
        assertThat(cells(BucketCodec.decode(golden(bucketItem(), "bucket"))))
                .isEqualTo(TestLogs.cells(onlyBucketZero()));
        assertThat(BucketCodec.decodeOutput(golden(outputItem(), "output")))
                .isEqualTo(bytes("a large result ".repeat(20)));
    }

    @Test
    void theBucketOfAKeyIsPartOfTheFormat() {
        assertThat(KeyId.of("count", bytes("key-1")).bucket(256)).isEqualTo(KEY_1_BUCKET);
        assertThat(KeyId.of("other", bytes("key-1")).bucket(256)).isEqualTo(KEY_1_BUCKET);
        assertThat(KeyId.keyless("count").bucket(256)).isEqualTo(256);
        assertThat(headerItem().key()).hasToString("header/orders/totals/shardId-000000000000#2");
        assertThat(entryItem().key()).hasToString("2/orders/totals/shardId-000000000000/ring#1");
        assertThat(bucketItem().key()).hasToString("2/orders/totals/shardId-000000000000/bucket/0#0");
        assertThat(outputItem().key()).hasToString("2/orders/totals/shardId-000000000000/output/8193/writer-1#5");
    }

    @Test
    void whenAnyByteIsChanged_thenTheItemIsRefused() {
        for (StoredItem item : List.of(headerItem(), entryItem(), bucketItem(), outputItem())) {
            for (int at = 0; at < item.body().length; at++) {
                for (int bit = 0; bit < 8; bit++) {
                    byte[] body = item.body().clone();
                    body[at] ^= (byte) (1 << bit);
                    assertRefused(new StoredItem(item.key(), item.number(), body));
                }
            }
        }
    }

    @Test
    void whenAnItemIsCutOffOrElsewhere_thenItIsRefused() {
        for (StoredItem item : List.of(headerItem(), entryItem(), bucketItem(), outputItem())) {
            for (int length = 0; length < item.body().length; length++) {
                assertRefused(new StoredItem(item.key(), item.number(), Arrays.copyOf(item.body(), length)));
            }
            byte[] longer = Arrays.copyOf(item.body(), item.body().length + 1);
            assertRefused(new StoredItem(item.key(), item.number(), longer));
            assertRefused(new StoredItem(item.key(), item.number() + 1, item.body()));
            assertRefused(new StoredItem(ItemKey.bucket(NAME, HEADER, 99), item.number(), item.body()));
        }
    }

    @Test
    void whenAnItemIsOfANewerVersion_thenTheErrorNamesItemAndVersionsAndSaysWhatToDo() {
        StoredItem item = entryItem();
        byte[] body = item.body().clone();
        body[0] = 7;

        assertThatThrownBy(() -> EntryCodec.decode(new StoredItem(item.key(), item.number(), body)))
                .isInstanceOf(NewerFormatException.class)
                .hasMessageContaining(item.key().toString())
                .hasMessageContaining("version 7")
                .hasMessageContaining("up to 1")
                .hasMessageContaining("deploy");
    }

    /** What the checksum cannot find: content that was never right. */
    @Property(tries = 5_000)
    void whenContentMakesNoSense_thenItIsRefusedAndNothingElseHappens(@ForAll long seed) {
        Random random = new Random(seed);
        StoredItem item = random.nextBoolean() ? entryItem() : bucketItem();
        byte[] content = Envelope.open(item, in -> in.readRaw(in.remaining()));
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            content[random.nextInt(content.length)] = (byte) random.nextInt();
        }
        ByteWriter out = new ByteWriter();
        out.writeRaw(content, 0, random.nextInt(8) == 0 ? random.nextInt(content.length) : content.length);
        StoredItem changed = Envelope.seal(item.key(), item.number(), out);

        try {
            decode(changed);
        } catch (CorruptItemException e) {
            assertThat(e).hasMessageContaining(item.key().toString());
        }
    }

    private static void decode(StoredItem item) {
        switch (item.key().kind()) {
            case HEADER -> HeaderCodec.decode(item);
            case ENTRY -> EntryCodec.decode(item);
            case BUCKET -> BucketCodec.decode(item);
            case OUTPUT -> BucketCodec.decodeOutput(item);
        }
    }

    private static void assertRefused(StoredItem item) {
        assertThatThrownBy(() -> decode(item))
                .isInstanceOf(UnreadableItemException.class)
                .hasMessageContaining(item.key().toString());
    }

    private static void assertSame(Entry decoded, Entry expected) {
        assertThat(decoded)
                .usingRecursiveComparison(RecursiveComparisonConfiguration.builder()
                        .withStrictTypeChecking(false)
                        .build())
                .isEqualTo(expected);
    }

    private static Map<String, String> cells(List<CellChange> cells) {
        KeyedState state = new KeyedState(1);
        cells.forEach(state::apply);
        return TestLogs.cells(state);
    }

    private static KeyedState onlyBucketZero() {
        KeyedState state = new KeyedState(1);
        ENTRY.cells().stream().filter(cell -> !cell.id().isKeyless()).forEach(state::apply);
        return state;
    }

    private static StoredItem golden(StoredItem now, String file) throws Exception {
        String resource = file + "-v1.hex";
        try (var in = CodecTest.class.getResourceAsStream(resource)) {
            assertThat(in)
                    .as(
                            "stored example %s; today's is %s",
                            resource, HexFormat.of().formatHex(now.body()))
                    .isNotNull();
            byte[] body = HexFormat.of().parseHex(new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip());
            return new StoredItem(now.key(), now.number(), body);
        }
    }
}

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
import dev.millrace.format.ByteReader;
import dev.millrace.format.ByteWriter;
import dev.millrace.testing.Fuzzing;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Items of a state log that anything has been done to: each is read as it was written, or refused by its key and table. */
class StateItemsFuzzTest {
    private static final LogName NAME = new LogName("orders", "totals", "shardId-000000000000");
    private static final String TABLE = "orders-state";
    private static final List<Class<? extends Exception>> DECLARED = List.of(UnreadableItemException.class);
    /** What docs/testing.md says: content, cells and copies of 128 MB decompressed. */
    private static final long MOST_ALLOCATED = 1L << 30;

    private static Header header(Random random) {
        List<Floor> floors = new ArrayList<>();
        for (int left = random.nextInt(3); left > 0; left--) {
            BigInteger first = new BigInteger(128, random);
            floors.add(
                    new Floor(new HashRange(first.min(HashRange.ALL.last()), HashRange.ALL.last()), random.nextLong()));
        }
        return new Header(
                Envelope.VERSION,
                1 + random.nextInt(100),
                4 + random.nextInt(8192),
                1 + random.nextInt(256),
                random.nextInt(1_000),
                random.nextLong(),
                random.nextBoolean() ? Progress.NO_TIME : random.nextLong(),
                floors);
    }

    private static List<CellChange> cells(Random random, boolean areSome) {
        List<CellChange> cells = new ArrayList<>();
        for (int left = random.nextInt(12); left > 0; left--) {
            String operator = random.nextBoolean() ? "count" : "sum";
            KeyId id = random.nextInt(5) == 0
                    ? KeyId.keyless(operator)
                    : KeyId.of(operator, bytes("key-" + random.nextInt(30)));
            boolean isGone = !areSome && random.nextInt(4) == 0;
            byte[] value = isGone ? null : Fuzzing.noise(random.nextInt(20), random);
            cells.add(new CellChange(
                    id, random.nextInt(3) == 0 ? random.nextLong() : 60_000L * random.nextInt(9), value));
        }
        return cells;
    }

    private static Entry entry(Random random) {
        List<StoredOutput> outbox = new ArrayList<>();
        for (int left = random.nextInt(4); left > 0; left--) {
            outbox.add(
                    random.nextBoolean()
                            ? new StoredOutput.Inline(new Output("out", Fuzzing.noise(random.nextInt(50), random)))
                            : new StoredOutput.Apart("out", random.nextInt(9), random.nextInt()));
        }
        Position position = random.nextInt(4) == 0
                ? null
                : new Position(new BigInteger(180, random).toString(), random.nextInt(9), random.nextBoolean());
        return new Entry(
                1 + random.nextInt(100_000),
                Entry.Kind.of(random.nextInt(Entry.Kind.LARGEST_CODE + 1)),
                "writer-" + random.nextInt(9),
                random.nextBoolean() ? null : "mapping",
                new Progress(position, random.nextLong(), random.nextLong(), random.nextLong()),
                new BucketTurn(random.nextInt(256), random.nextInt(3), random.nextInt(4_096)),
                List.of(new BucketStamp(random.nextInt(256), random.nextInt(1_000))),
                cells(random, false),
                outbox);
    }

    private static StoredItem item(Random random) {
        Header header = header(random);
        return switch (List.of(ItemKey.Kind.values()).get(random.nextInt(4))) {
            case HEADER -> HeaderCodec.encode(NAME, header);
            case ENTRY -> {
                Entry entry = entry(random);
                yield EntryCodec.encode(ItemKey.slot(NAME, header, entry.number()), entry);
            }
            case BUCKET -> {
                KeyedState state = new KeyedState(1);
                cells(random, true).forEach(state::apply);
                yield BucketCodec.encode(ItemKey.bucket(NAME, header, 0), random.nextInt(1_000), state.bucket(0));
            }
            case OUTPUT ->
                BucketCodec.encodeOutput(
                        ItemKey.output(NAME, header, 5, "writer-1", 2), 5, Fuzzing.noise(random.nextInt(90), random));
        };
    }

    private static Object decode(StoredItem item) {
        return switch (item.key().kind()) {
            case HEADER -> HeaderCodec.decode(item);
            case ENTRY -> EntryCodec.decode(item);
            case BUCKET -> BucketCodec.decode(item);
            case OUTPUT -> BucketCodec.decodeOutput(item);
        };
    }

    private static StoredItem stored(StoredItem item, byte[] body) {
        return new StoredItem(item.key(), item.number(), body, TABLE);
    }

    private static byte[] content(StoredItem item) {
        return Envelope.open(item, in -> in.readRaw(in.remaining()));
    }

    private static StoredItem sealed(StoredItem like, byte[] content) {
        ByteWriter out = new ByteWriter();
        out.writeRaw(content, 0, content.length);
        return Envelope.seal(like.key(), like.number(), out);
    }

    @Property
    void whatWasWritten_isReadAsItWas(@ForAll long seed) {
        Random random = new Random(seed);
        Header header = header(random);
        Entry entry = entry(random);

        assertThat(HeaderCodec.decode(HeaderCodec.encode(NAME, header))).isEqualTo(header);
        StoredItem stored = EntryCodec.encode(ItemKey.slot(NAME, header, entry.number()), entry);
        Entry read = EntryCodec.decode(stored);
        assertThat(read.progress()).isEqualTo(entry.progress());
        assertThat(EntryCodec.encode(stored.key(), read).body()).isEqualTo(stored.body());
    }

    /** The checksum stops these. */
    @Property
    void aBodyThatWasDamaged_isRefused(@ForAll long seed) {
        Random random = new Random(seed);
        StoredItem item = item(random);
        byte[] body = Fuzzing.mutated(item.body(), item(random).body(), random);

        Fuzzing.decode(body, bytes -> decode(stored(item, bytes)), DECLARED);
    }

    /** Content that was never right, behind a checksum that is. */
    @Property
    void contentThatMakesNoSense_isRefused(@ForAll long seed) {
        Random random = new Random(seed);
        StoredItem item = item(random);
        byte[] content = Fuzzing.mutated(content(item), content(item(random)), random);
        StoredItem changed = sealed(item, content);

        Fuzzing.decode(changed.body(), bytes -> decode(stored(changed, bytes)), DECLARED);
    }

    @Example
    void theErrorNamesTableAndKey() {
        StoredItem item = item(new Random(1));

        assertThatThrownBy(() -> decode(stored(item, new byte[20])))
                .isInstanceOf(CorruptItemException.class)
                .hasMessageContaining("state table '" + TABLE + "'")
                .hasMessageContaining(item.key().toString());
    }

    /** 400 KB of deflate can say 400 MB. */
    @Example
    void whatDecompressesToMoreThan128Megabytes_isRefused() {
        StoredItem item = item(new Random(1));
        StoredItem bomb = sealed(item, new byte[129 << 20]);

        assertThat(bomb.body()).hasSizeLessThan(StoredItem.MAX_BYTES * 2);
        Fuzzing.decode(bomb.body(), MOST_ALLOCATED, bytes -> decode(stored(bomb, bytes)), DECLARED);
        assertThatThrownBy(() -> decode(bomb)).hasMessageContaining("comes to more than");
    }

    /** Each cell takes two bytes decompressed, next to nothing compressed, and some forty in memory. */
    @Example
    void moreCellsThanCouldHaveBeenWritten_areRefused() {
        ByteWriter content = new ByteWriter();
        int cells = 30_000_000;
        ByteWriter runs = new ByteWriter();
        runs.writeString("count");
        runs.writeVarint(2);
        ByteWriter one = new ByteWriter();
        one.writeVarint(0);
        ByteWriter count = new ByteWriter();
        count.writeVarint(cells - 1);
        ByteWriter zeros = new ByteWriter();
        zeros.writeRaw(new byte[cells], 0, cells);
        for (ByteWriter column : List.of(runs, one, one, new ByteWriter(), count, zeros, zeros, new ByteWriter())) {
            content.writeBlock(column);
        }
        StoredItem bomb = Envelope.seal(ItemKey.bucket(NAME, header(new Random(1)), 0), 7, content);

        Fuzzing.decode(bomb.body(), MOST_ALLOCATED, bytes -> decode(stored(bomb, bytes)), DECLARED);
        assertThatThrownBy(() -> decode(bomb)).hasMessageContaining("keys and values take more than");
    }

    /** Found by fuzzing: the length counted the byte that it takes itself. */
    @Example
    void aBlockThatIsOneByteTooShort_isRefused() {
        for (byte[] block : new byte[][] {{1}, {2, 0}}) {
            assertThatThrownBy(() -> new ByteReader(block).readBlock()).isInstanceOf(ByteReader.Malformed.class);
        }
    }

    /** A length of 2^31 and more, wherever one may be. */
    @Example
    void aHugeLength_isNotBelieved() {
        for (long length : new long[] {Integer.MAX_VALUE, 1L << 31, 1L << 32, Long.MAX_VALUE, -1}) {
            ByteWriter out = new ByteWriter();
            out.writeVarint(length);
            Fuzzing.decode(
                    out.toByteArray(), bytes -> new ByteReader(bytes).readBytes(), List.of(ByteReader.Malformed.class));
            for (ItemKey.Kind kind : ItemKey.Kind.values()) {
                ItemKey key = new ItemKey(kind, "pk", 0);
                StoredItem item = Envelope.seal(key, 1, out);
                Fuzzing.decode(item.body(), bytes -> decode(stored(item, bytes)), DECLARED);
            }
        }
    }
}

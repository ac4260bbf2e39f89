package dev.millrace.state;

import static dev.millrace.state.TestLogs.bytes;
import static dev.millrace.state.TestLogs.put;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.engine.CellChange;
import dev.millrace.engine.KeyId;
import dev.millrace.format.ByteWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

/** Items with the right checksum whose content cannot be right: they are refused, rather than read in part. */
class DamagedContentTest {
    private static final int COLUMNS = 8;
    private static final ItemKey KEY = ItemKey.bucket(TestLogs.name("shard-1"), Header.first(8, 3), 0);

    private static AbstractThrowableAssert<?, ?> assertRefused(StoredItem item) {
        return assertThatThrownBy(() -> BucketCodec.decode(item))
                .isInstanceOf(CorruptItemException.class)
                .hasMessageContaining(KEY.toString());
    }

    @Test
    void whenSomethingFollowsTheContent_thenItIsRefused() {
        ByteWriter content = new ByteWriter();
        CellsCodec.write(List.of(put("a", "1")), content);
        content.writeByte(0);

        assertRefused(Envelope.seal(KEY, 5, content)).hasMessageContaining("1 bytes too many");
    }

    @Test
    void whenAColumnHasMoreThanItsCells_thenItIsRefused() {
        for (int column = 1; column < COLUMNS; column++) {
            ByteWriter content = new ByteWriter();
            for (int each = 0; each < COLUMNS; each++) {
                ByteWriter block = new ByteWriter();
                if (each == column) {
                    block.writeByte(0);
                }
                content.writeBlock(block);
            }

            assertRefused(Envelope.seal(KEY, 5, content)).hasMessageContaining("1 bytes too many");
        }
    }

    /** Each key has all but a few bytes of the one before, so that little is stored of much. */
    @Test
    void whenKeysBlowUpToMoreThanABucketMayHold_thenItIsRefused() {
        String shared = "k".repeat(250);
        List<CellChange> cells = new ArrayList<>();
        for (int i = 100_000; i < 235_000; i++) {
            cells.add(new CellChange(KeyId.of("count", bytes(shared + i)), 0, new byte[0]));
        }
        ByteWriter content = new ByteWriter();
        CellsCodec.write(cells, content);

        assertRefused(Envelope.seal(KEY, 5, content)).hasMessageContaining("its keys and values take more than");
    }

    @Test
    void whenTheCompressionIsUnknown_thenItIsRefused() {
        ByteWriter content = new ByteWriter();
        CellsCodec.write(List.of(put("a", "x".repeat(100))), content);
        StoredItem item = Envelope.seal(KEY, 5, content);
        byte[] body = item.body().clone();
        body[5] = 7;
        withChecksum(body);

        assertRefused(new StoredItem(KEY, 5, body)).hasMessageContaining("unknown compression 7");
    }

    private static void withChecksum(byte[] body) {
        CRC32C crc = new CRC32C();
        crc.update(KEY.toString().getBytes(StandardCharsets.UTF_8));
        crc.update(new byte[] {0, 0, 0, 0, 0, 0, 0, 5, body[0]});
        crc.update(body, 5, body.length - 5);
        for (int i = 0; i < 4; i++) {
            body[1 + i] = (byte) (crc.getValue() >>> (24 - 8 * i));
        }
    }
}

package dev.millrace.local.lines;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineReaderTest {
    private static final int MAX = 10;

    private static List<String> read(InputStream in) throws IOException {
        LineReader reader = new LineReader(in, MAX);
        List<String> lines = new ArrayList<>();
        for (LineReader.Line line = reader.next(); line != null; line = reader.next()) {
            byte[] data = line.data();
            lines.add(line.number() + ":"
                    + (data == null ? "(" + line.length() + ")" : new String(data, StandardCharsets.ISO_8859_1)));
        }
        return lines;
    }

    private static List<String> read(String text) throws IOException {
        return read(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    @Test
    void lines_endWithLineFeedsOrTheInput() throws IOException {
        assertThat(read("")).isEmpty();
        assertThat(read("a\nb")).containsExactly("1:a", "2:b");
        assertThat(read("a\n\nb\n")).containsExactly("1:a", "2:", "3:b");
        assertThat(read("a\r\nb\rc\r\n\r\nd\r")).containsExactly("1:a", "2:b\rc", "3:", "4:d\r");
    }

    @Test
    void lineThatIsTooLong_isCountedAndNotKept() throws IOException {
        assertThat(read("0123456789\n0123456789\r\n0123456789x\n0123456789\r"))
                .containsExactly("1:0123456789", "2:0123456789", "3:(11)", "4:(11)");
        assertThat(read("x".repeat(300_000) + "\nok")).containsExactly("1:(300000)", "2:ok");
    }

    @Test
    void anyPiecesOfInput_giveTheSameLines() throws IOException {
        Random random = new Random(42);
        for (int round = 0; round < 200; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(60); i > 0; i--) {
                text.append("ab\r\n\n".charAt(random.nextInt(5)));
            }
            byte[] bytes = text.toString().getBytes(StandardCharsets.ISO_8859_1);

            assertThat(read(new InPieces(bytes, random))).isEqualTo(read(text.toString()));
        }
    }

    @Test
    void whatFollowsTheLastLineFeed_hasNoEnd_andSpacesAndTabsAreBlank() throws IOException {
        LineReader reader =
                new LineReader(new ByteArrayInputStream(" \t\r\n\nx\n ".getBytes(StandardCharsets.UTF_8)), MAX);
        List<String> lines = new ArrayList<>();
        for (LineReader.Line line = reader.next(); line != null; line = reader.next()) {
            lines.add((line.hasEnd() ? "whole" : "half") + (line.isBlank() ? " blank" : ""));
        }

        assertThat(lines).containsExactly("whole blank", "whole blank", "whole", "half blank");
        assertThat(new LineReader.Line(1, null, 99, true).isBlank()).isFalse();
    }

    @Test
    void bytesRead_countsLineEnds() throws IOException {
        LineReader reader = new LineReader(new ByteArrayInputStream("ab\r\nc\n".getBytes(StandardCharsets.UTF_8)), MAX);

        reader.next();
        assertThat(reader.bytesRead()).isEqualTo(4);
        assertThat(reader.isReady()).isTrue();
        reader.next();
        assertThat(reader.bytesRead()).isEqualTo(6);
        assertThat(reader.isReady()).isFalse();
    }

    /** Gives one to three bytes at a time. */
    private static final class InPieces extends ByteArrayInputStream {
        private final Random random;

        InPieces(byte[] bytes, Random random) {
            super(bytes);
            this.random = random;
        }

        @Override
        public synchronized int read(byte[] target, int offset, int length) {
            return super.read(target, offset, Math.min(length, 1 + random.nextInt(3)));
        }

        @Override
        public int read(byte[] target) {
            return read(target, 0, target.length);
        }
    }
}

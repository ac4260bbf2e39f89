package dev.millrace.local.lines;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Lines of whatever is in a file: each gets a partition key that Kinesis takes. */
class LinesFuzzTest {
    private static final List<String> PARTS = List.of(
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            "\"k\"",
            "\"a\"",
            "\"\\ud800\"",
            "\"\\ud83c\\udf0a\"",
            "\"\"",
            "null",
            "true",
            "17",
            "1e999999999",
            "-",
            "\n",
            "\r\n",
            "\r",
            " ",
            "\u00e9",
            "{\"k\":",
            "{\"k\":\"x\"}");
    private static final int MAX_BYTES = 60;

    private static byte[] text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int left = random.nextInt(40); left > 0; left--) {
            text.append(PARTS.get(random.nextInt(PARTS.size())));
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        for (int changes = random.nextInt(3); changes > 0 && bytes.length > 0; changes--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        return bytes;
    }

    private static void assertKeyed(byte[] line) {
        String key = new PartitionKeys("k").of(line);
        assertThat(key).isNotEmpty().hasSizeLessThanOrEqualTo(256);
        assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(key)).isTrue();
    }

    /** Joined with line feeds again they are the file, but for line ends and what is too long to be kept. */
    @Property
    void everyLineIsReadAndKeyed(@ForAll long seed) throws IOException {
        byte[] file = text(new Random(seed));
        LineReader reader = new LineReader(new ByteArrayInputStream(file), MAX_BYTES);
        List<String> lines = new ArrayList<>();
        for (LineReader.Line line = reader.next(); line != null; line = reader.next()) {
            byte[] data = line.data();
            assertThat(data == null).isEqualTo(line.length() > MAX_BYTES);
            if (data != null) {
                assertThat(data).hasSize((int) line.length());
                assertKeyed(data);
            }
            lines.add(data == null ? "?" : new String(data, StandardCharsets.ISO_8859_1));
        }

        assertThat(lines).isEqualTo(expected(new String(file, StandardCharsets.ISO_8859_1)));
    }

    private static List<String> expected(String file) {
        List<String> lines = new ArrayList<>(List.of(file.split("\n", -1)));
        String last = lines.remove(lines.size() - 1);
        lines.replaceAll(line -> line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
        if (!last.isEmpty()) {
            lines.add(last);
        }
        lines.replaceAll(line -> line.length() > MAX_BYTES ? "?" : line);
        return lines;
    }

    @Example
    void aLineOfNothingButNesting_isKeyed() {
        assertKeyed("{\"k\":".repeat(100_000).getBytes(StandardCharsets.UTF_8));
        assertKeyed("[".repeat(100_000).getBytes(StandardCharsets.UTF_8));
        assertKeyed("{\"k\":\"\\ud800\"}".getBytes(StandardCharsets.UTF_8));
    }
}

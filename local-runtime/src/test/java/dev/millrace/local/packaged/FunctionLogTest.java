package dev.millrace.local.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FunctionLogTest {
    private static List<String> log(String printed) {
        List<String> lines = new ArrayList<>();
        new FunctionLog(new ByteArrayInputStream(printed.getBytes(StandardCharsets.UTF_8)), "count", lines::add).run();
        return lines;
    }

    @Test
    void eachLine_isNamed() {
        assertThat(log("one\r\n\ntwo \u00e9\nthree"))
                .containsExactly("[count] one", "[count] two \u00e9", "[count] three");
    }

    @Test
    void whenALineDoesNotEnd_thenItIsCut() {
        String longest = "x".repeat(FunctionLog.MAX_LINE_CHARS);

        assertThat(log(longest + "\n" + longest + "yyy\nz"))
                .containsExactly("[count] " + longest, "[count] " + longest + " ...", "[count] z");
    }

    @Test
    void linesOfMetrics_areLeftOut() {
        assertThat(log("one\n{\"_aws\":{\"Timestamp\":1}}\n{\"other\":1}\n"))
                .containsExactly("[count] one", "[count] {\"other\":1}");
    }

    @Test
    void whenNothingIsPrinted_thenThereAreNoLines() {
        assertThat(log("")).isEmpty();
    }
}

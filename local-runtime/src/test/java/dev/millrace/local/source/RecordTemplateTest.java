package dev.millrace.local.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordTemplateTest {
    private static final int RECORDS = 100_000;

    private static String text(RecordTemplate.Writer writer, long number) {
        long millis = Instant.parse("2026-02-28T03:04:05.006Z").toEpochMilli();
        return new String(writer.write(number, millis), StandardCharsets.UTF_8);
    }

    private static String text(String template, long number) {
        return text(RecordTemplate.parse(template).writer(), number);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{n}|1234567890123",
                "a{n%1000}b{n}|a123b1234567890123",
                "{time}|2026-02-28T03:04:05.006Z",
                "{random:1}{zipf:1:1.5}|00",
                "{\"n\":{n},\"x\":{},\"y\":{\"a\":[{n%10}]}} \u00e9|{\"n\":1234567890123,\"x\":{},\"y\":{\"a\":[3]}} \u00e9",
            })
    void placeholdersAreFilled_andAllElseStays(String template, String expected) {
        assertThat(text(template, 1_234_567_890_123L)).isEqualTo(expected);
    }

    @Test
    void timesOfManyDays_areAsJavaHasThem() {
        RecordTemplate.Writer writer = RecordTemplate.parse("{time}").writer();
        for (long millis = 1; millis < 7_000_000_000_000L; millis += 3_600_123_457L) {
            String text = new String(writer.write(0, millis), StandardCharsets.UTF_8);
            assertThat(text).hasSize(24);
            assertThat(Instant.parse(text).toEpochMilli()).isEqualTo(millis);
        }
    }

    @Test
    void chance_isTheSameForTheSameRecord_andOtherForEachPlaceholder() {
        RecordTemplate.Writer writer =
                RecordTemplate.parse("{random:1000000} {random:1000000}").writer();
        int same = 0;
        for (int i = 0; i < 1000; i++) {
            String text = text(writer, i);
            assertThat(text("{random:1000000} {random:1000000}", i)).isEqualTo(text);
            String[] both = text.split(" ");
            same += both[0].equals(both[1]) ? 1 : 0;
        }
        assertThat(same).isLessThan(5);
    }

    /** Counts are binomial: within six standard deviations of what is expected. */
    @ParameterizedTest
    @CsvSource({"random:10,0", "zipf:10:0,0", "zipf:10:1,1", "zipf:10:1.5,1.5"})
    void values_areAsOftenAsTheySay(String placeholder, double skew) {
        RecordTemplate.Writer writer =
                RecordTemplate.parse("{" + placeholder + "}").writer();
        int[] counts = new int[10];
        for (int i = 0; i < RECORDS; i++) {
            counts[Integer.parseInt(text(writer, i))]++;
        }
        double sum = 0;
        for (int k = 1; k <= counts.length; k++) {
            sum += Math.pow(k, -skew);
        }
        for (int k = 0; k < counts.length; k++) {
            double share = Math.pow(k + 1, -skew) / sum;
            double deviation = Math.sqrt(RECORDS * share * (1 - share));
            assertThat((double) counts[k]).isBetween(RECORDS * share - 6 * deviation, RECORDS * share + 6 * deviation);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{tiem}",
                "{n%0}",
                "{n%x}",
                "{n%}",
                "{n:3}",
                "{random}",
                "{random:}",
                "{random:-1}",
                "{zipf:10}",
                "{zipf:10:11}",
                "{zipf:10:NaN}",
                "{zipf:1000001:1}",
                "{zipf:10:1:1}",
                "{time:x}"
            })
    void aWrongPlaceholder_isNamed_withThoseThatThereAre(String placeholder) {
        assertThatThrownBy(() -> RecordTemplate.parse("{\"a\":\"" + placeholder + "\"}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the placeholder " + placeholder)
                .hasMessageContaining(RecordTemplate.PLACEHOLDERS);
    }

    @Test
    void aTemplateThatIsNoLine_isRefused() {
        for (String template : new String[] {"", " ", "a\nb", "x".repeat(65_537)}) {
            assertThatThrownBy(() -> RecordTemplate.parse(template)).hasMessageContaining("1 to 65,536 bytes");
        }
    }
}

package dev.millrace.local.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FiguresTest {
    private static final List<Figure> FIGURES = List.of(
            Figure.of(Aspect.LATENCY, ComparedMode.MICRO_BATCH, "10 % (5 records/s)", "p50", 123.456, "ms"),
            Figure.of(Aspect.LATENCY, ComparedMode.MICRO_BATCH, "10 % (5 records/s)", "p99", 1_234.56, "ms"),
            Figure.of(
                    Aspect.THROUGHPUT, ComparedMode.MICRO_BATCH, "backlog", "records per second", 987_654, "records/s"),
            Figure.of(Aspect.LATENCY, ComparedMode.RECORD_AT_A_TIME, "10 % (5 records/s)", "p50", 0.12344, "ms"));

    @Test
    void values_haveFourDigits() {
        assertThat(FIGURES).extracting(Figure::value).containsExactly(123.5, 1_235.0, 987_700.0, 0.1234);
        assertThat(FigureTable.number(0)).isEqualTo("0");
        assertThat(FigureTable.number(12.345)).isEqualTo("12.35");
    }

    @Test
    void text_hasModesBesideEachOtherAndNothingTwice() {
        assertThat(new FigureTable(FIGURES)
                        .text()
                        .lines()
                        .map(line -> line.strip().replaceAll(" {2,}", "|")))
                .containsExactly(
                        "aspect|load|metric|micro-batch|record-at-a-time|unit",
                        "",
                        "latency|10 % (5 records/s)|p50|123.5|0.123|ms",
                        "p99|1,235|-|ms",
                        "",
                        "throughput|backlog|records per second|987,700|-|records/s");
    }

    @Test
    void page_getsTheFiguresInThePlaceOfTheOldOnes() {
        String page = "Text\n" + FiguresPage.BEGIN + "\nold\n" + FiguresPage.END + "\nmore\n";

        assertThat(FiguresPage.updated("page.md", page, "new"))
                .isEqualTo("Text\n" + FiguresPage.BEGIN + "\n\nnew\n\n" + FiguresPage.END + "\nmore\n");
        assertThatThrownBy(() -> FiguresPage.updated("page.md", "Text", "new"))
                .hasMessageContaining("page.md")
                .hasMessageContaining(FiguresPage.BEGIN);
    }

    @Test
    void charts_areSvgFilesWithBothModesColors(@TempDir Path directory) throws Exception {
        for (Path file : Charts.write(ofAllAspects(), directory)) {
            assertThat(Files.readString(file))
                    .contains("<svg")
                    .contains("rgb(49,130,189)")
                    .contains("rgb(230,85,13)");
        }
    }

    private static List<Figure> ofAllAspects() {
        return List.of(Aspect.values()).stream()
                .flatMap(aspect -> List.of(ComparedMode.values()).stream()
                        .flatMap(mode -> List.of(
                                Figure.of(aspect, mode, "another load", "p50", 2, "s"),
                                Figure.of(aspect, mode, "load", "p50", 1, "s"),
                                Figure.of(aspect, mode, "load", BalanceMeasurement.IMBALANCE, 1.5, "ratio"),
                                Figure.of(aspect, mode, "load", "read", 3, "records"),
                                Figure.of(aspect, mode, "load", "rate", 2, "records/s"))
                                .stream()))
                .toList();
    }

    @Test
    void imbalance_isTheBusiestOfTheMean() {
        assertThat(BalanceMeasurement.imbalance(Map.of("a", 3L, "b", 1L))).isEqualTo(1.5);
        assertThat(BalanceMeasurement.imbalance(Map.of("a", 2L, "b", 2L))).isEqualTo(1);
    }

    @Test
    void resultsThatDifferFromThePlainCount_areNamed() {
        Map<String, Long> counted = Map.of("a", 2L, "b", 1L);

        assertThatCode(() -> WrongResultsException.check(ComparedMode.MICRO_BATCH, counted, Map.of("a", 2L, "b", 1L)))
                .doesNotThrowAnyException();
        assertThatThrownBy(
                        () -> WrongResultsException.check(ComparedMode.MICRO_BATCH, counted, Map.of("a", 3L, "c", 1L)))
                .hasMessageContaining("micro-batch")
                .hasMessageContaining("3 of 3 keys")
                .hasMessageContaining("'a': 3 instead of 2")
                .hasMessageContaining("'b': 0 instead of 1");
    }

    @Test
    void readAgain_isWhatBothLivesHaveRead() {
        SourceReads before = new SourceReads();
        SourceReads after = new SourceReads();
        before.read("s0", "01", "03", 1);
        before.read("s0", "04", "06", 2);
        before.read("s1", "11", "11", 2);
        after.read("s0", "05", "08", 7);
        after.read("s1", "12", "13", 8);

        assertThat(SourceReads.again(
                        before,
                        after,
                        Map.of(
                                "s0",
                                List.of("01", "02", "03", "04", "05", "06", "07", "08"),
                                "s1",
                                List.of("11", "12", "13"))))
                .isEqualTo(2);
        assertThat(after.beganNanos()).isEqualTo(7);
    }
}

package dev.millrace.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.engine.Reason;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EmbeddedMetricsTest {
    private static final long NOW = 1_700_000_000_000L;
    private final EmbeddedMetricLines lines = new EmbeddedMetricLines();
    private final EmbeddedMetrics metrics = new EmbeddedMetrics(lines);

    private static PartitionReport report(Map<Metric, Double> values, Map<Reason, Long> passedOver) {
        return new PartitionReport("orders", "by-\"customer\"", "shardId-000000000000", NOW, values, passedOver);
    }

    @Test
    void aReportIsOneLine() {
        List<String> written = new ArrayList<>();
        new EmbeddedMetrics(written::add).report(report(Map.of(Metric.RECORDS, 3.0, Metric.READ_UNITS, 0.5), Map.of()));

        assertThat(written)
                .containsExactly(
                        "{\"_aws\":{\"Timestamp\":1700000000000,\"CloudWatchMetrics\":[{\"Namespace\":\"Millrace\","
                                + "\"Dimensions\":[[\"Pipeline\",\"Stage\"]],\"Metrics\":[{\"Name\":\"Records\",\"Unit\":\"Count\"},"
                                + "{\"Name\":\"ReadUnits\",\"Unit\":\"Count\"}]}]},"
                                + "\"Pipeline\":\"orders\",\"Stage\":\"by-\\\"customer\\\"\",\"Shard\":\"shardId-000000000000\","
                                + "\"Records\":3,\"ReadUnits\":0.5}");
        assertThat(EmbeddedMetricLines.checked(written.get(0)).path("Stage").asText())
                .isEqualTo("by-\"customer\"");
    }

    @Test
    void allMetricsTogetherKeepToTheFormat_inLessThanTwoKilobytes() {
        Map<Metric, Double> all = new EnumMap<>(Metric.class);
        for (Metric metric : Metric.values()) {
            all.put(metric, 1e15);
        }
        List<String> written = new ArrayList<>();
        new EmbeddedMetrics(written::add).report(report(all, Map.of()));

        assertThat(written).singleElement().satisfies(line -> {
            JsonNode root = EmbeddedMetricLines.checked(line);
            assertThat(root.path("_aws").path("CloudWatchMetrics").path(0).path("Metrics"))
                    .hasSize(Metric.values().length);
            assertThat(line).hasSizeLessThan(2_000);
        });
    }

    @Test
    void eachReasonHasALineOfItsOwn() {
        metrics.report(
                report(Map.of(Metric.PASSED_OVER_RECORDS, 5.0), Map.of(Reason.UNDECODABLE, 3L, Reason.NULL_KEY, 2L)));

        List<JsonNode> written = lines.take();
        assertThat(written).hasSize(3);
        assertThat(written.get(0).has("Reason")).isFalse();
        assertThat(written.subList(1, 3))
                .extracting(line -> line.path("Reason").asText() + " "
                        + line.path("PassedOverRecords").asLong() + " "
                        + line.path("_aws").path("CloudWatchMetrics").path(0).path("Dimensions"))
                .containsExactly(
                        "undecodable 3 [[\"Pipeline\",\"Stage\",\"Reason\"]]",
                        "null-key 2 [[\"Pipeline\",\"Stage\",\"Reason\"]]");
    }

    @Test
    void whatIsNoNumberIsRefused_andNothingIsWritten() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> metrics.report(report(Map.of(Metric.FULLEST_BUCKET, Double.NaN), Map.of())))
                .withMessageContaining("FullestBucket");
        assertThat(lines.take()).isEmpty();
    }

    @Test
    void linesGoToStandardOutputAsItIs_eachInOnePiece() {
        List<String> pieces = new ArrayList<>();
        PrintStream before = System.out;
        EmbeddedMetrics standard = EmbeddedMetrics.toStandardOutput();
        System.setOut(new PrintStream(
                new ByteArrayOutputStream() {
                    @Override
                    public synchronized void write(byte[] bytes, int from, int length) {
                        pieces.add(new String(bytes, from, length, StandardCharsets.UTF_8));
                    }
                },
                false,
                StandardCharsets.UTF_8));
        try {
            standard.report(report(Map.of(Metric.RECORDS, 3.0), Map.of()));
        } finally {
            System.setOut(before);
        }

        assertThat(pieces).singleElement().satisfies(piece -> {
            assertThat(piece).endsWith("}\n");
            EmbeddedMetricLines.checked(piece.stripTrailing());
        });
    }

    @Test
    void namesAndDimensionsAreThoseThatCloudWatchTakes() {
        Set<String> names = new HashSet<>();
        int combinations = 0;
        for (Metric metric : Metric.values()) {
            assertThat(metric.cloudWatchName()).matches("[A-Z][A-Za-z]+");
            assertThat(names.add(metric.cloudWatchName())).isTrue();
            assertThat(metric.meaning()).endsWith(".");
            assertThat(metric.action()).endsWith(".");
            // All reasons but late.
            combinations += metric.dimensionSets().stream()
                    .mapToInt(set -> set.contains(Metric.REASON) ? Reason.values().length - 1 : 1)
                    .sum();
        }
        assertThat(combinations)
                .as("what docs/operations.md says a stage costs")
                .isEqualTo(20);
    }
}

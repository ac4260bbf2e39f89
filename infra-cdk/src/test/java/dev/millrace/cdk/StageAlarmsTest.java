package dev.millrace.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.metrics.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.services.cloudwatch.actions.SnsAction;
import software.amazon.awscdk.services.sns.Topic;

@NeedsNode
class StageAlarmsTest {
    private static final String ALARM = "AWS::CloudWatch::Alarm";
    private static final Path PAGE = Path.of("../docs/operations.md");

    private static final class Defaults {
        private static final Synthesized CLICKSTREAM = Synthesized.of(Sample.CLICKSTREAM.props());
    }

    private static JsonNode ofPages(StageAlarm alarm) {
        return Defaults.CLICKSTREAM.properties(ALARM, "StagepagesAlarms" + alarm.id());
    }

    @Test
    void eachStageHasAllAlarmsByNamesThatTellThem() {
        Set<String> names = Defaults.CLICKSTREAM.resources(ALARM).values().stream()
                .map(alarm -> alarm.at("/Properties/AlarmName").asText())
                .collect(Collectors.toSet());

        assertThat(names).hasSize(2 * StageAlarm.values().length).contains("clickstream/pages/IteratorAge");
    }

    @Test
    void recordsMustNotGetOlderThanHalfOfTheRetention() {
        JsonNode alarm = ofPages(StageAlarm.ITERATOR_AGE);

        assertThat(alarm.get("Namespace").asText()).isEqualTo("AWS/Lambda");
        assertThat(alarm.get("MetricName").asText()).isEqualTo("IteratorAge");
        assertThat(alarm.get("Statistic").asText()).isEqualTo("Maximum");
        assertThat(alarm.get("Threshold").asLong())
                .isEqualTo(Duration.ofHours(12).toMillis());
    }

    @Test
    void eventTimeMayBeBehindByWhatThePipelineAllowsForAndMore() {
        JsonNode alarm = ofPages(StageAlarm.WATERMARK_LAG);

        assertThat(alarm.get("Namespace").asText()).isEqualTo("Millrace");
        assertThat(alarm.get("MetricName").asText()).isEqualTo("WatermarkLag");
        assertThat(alarm.get("Dimensions").toString())
                .contains("\"clickstream\"")
                .contains("\"pages\"");
        // The sample's out-of-orderness is five seconds.
        assertThat(alarm.get("Threshold").asLong())
                .isEqualTo(Duration.ofMinutes(15).plusSeconds(5).toMillis());
    }

    @Test
    void oneDeadLetterIsEnough() {
        JsonNode alarm = ofPages(StageAlarm.DEAD_LETTERS);

        assertThat(alarm.get("MetricName").asText()).isEqualTo("PassedOverRecords");
        assertThat(alarm.get("Threshold").asLong()).isZero();
        assertThat(alarm.get("ComparisonOperator").asText()).isEqualTo("GreaterThanThreshold");
        assertThat(alarm.get("DatapointsToAlarm").asInt()).isEqualTo(1);
    }

    @Test
    void oneErrorThatPassesIsNotEnough() {
        assertThat(ofPages(StageAlarm.ERRORS).get("DatapointsToAlarm").asInt()).isEqualTo(3);
        assertThat(ofPages(StageAlarm.ERRORS).get("EvaluationPeriods").asInt()).isEqualTo(5);
        assertThat(ofPages(StageAlarm.THROTTLES).get("MetricName").asText()).isEqualTo("Throttles");
        assertThat(ofPages(StageAlarm.FAILURES).get("MetricName").asText()).isEqualTo("Failures");
        assertThat(ofPages(StageAlarm.FULLEST_BUCKET).get("Threshold").asLong()).isEqualTo(60);
    }

    @Test
    void noNewsIsGoodNewsExceptOfTicks() {
        Defaults.CLICKSTREAM
                .resources(ALARM)
                .forEach((id, alarm) -> assertThat(
                                alarm.at("/Properties/TreatMissingData").asText())
                        .as(id)
                        .isEqualTo(id.contains("AlarmsTicks") ? "breaching" : "notBreaching"));
        JsonNode ticks = ofPages(StageAlarm.TICKS);
        assertThat(ticks.get("MetricName").asText()).isEqualTo("TickDuration");
        assertThat(ticks.get("Statistic").asText()).isEqualTo("SampleCount");
        assertThat(ticks.get("ComparisonOperator").asText()).isEqualTo("LessThanThreshold");
        assertThat(ticks.get("EvaluationPeriods").asInt()).isEqualTo(3);
    }

    @Test
    void aFunctionThatMayTakeLongIsWatchedInLongerPeriods() {
        Synthesized stack = Synthesized.of(Sample.CLICKSTREAM
                .props()
                .function(
                        "pages",
                        FunctionProps.builder().timeout(Duration.ofMinutes(10)).build())
                .tickInterval(Duration.ofMinutes(5)));

        assertThat(stack.properties(ALARM, "StagepagesAlarmsErrors")
                        .get("Period")
                        .asInt())
                .as("or there would never be an error in 3 of 5 periods")
                .isEqualTo(11 * 60);
        assertThat(stack.properties(ALARM, "StagepagesAlarmsIteratorAge")
                        .get("Period")
                        .asInt())
                .isEqualTo(11 * 60);
        assertThat(stack.properties(ALARM, "StagesourceAlarmsErrors")
                        .get("Period")
                        .asInt())
                .isEqualTo(60);
        assertThat(stack.properties(ALARM, "StagepagesAlarmsTicks")
                        .get("Period")
                        .asInt())
                .isEqualTo(5 * 60);
    }

    @Test
    void whoIsToldIsToldWhenItBeginsAndWhenItEnds() {
        Synthesized stack = Synthesized.of(
                scope -> Sample.CLICKSTREAM
                        .props()
                        .alarms(AlarmProps.builder()
                                .action(new SnsAction(new Topic(scope, "Operators")))
                                .percentOfRetention(10)
                                .watermarkLag(Duration.ofHours(1))
                                .build()),
                (scope, pipeline) -> {});

        JsonNode alarm = stack.properties(ALARM, "StagepagesAlarmsIteratorAge");
        assertThat(alarm.get("AlarmActions").toString()).contains("Operators");
        assertThat(alarm.get("OKActions").toString()).contains("Operators");
        assertThat(alarm.get("Threshold").asLong())
                .isEqualTo(Duration.ofMinutes(144).toMillis());
        assertThat(stack.properties(ALARM, "StagepagesAlarmsWatermarkLag")
                        .get("Threshold")
                        .asLong())
                .isEqualTo(Duration.ofHours(1).plusSeconds(5).toMillis());
    }

    @Test
    void theDashboardShowsEveryMetricOfEveryStageAndTheAlarms() {
        String dashboard = Defaults.CLICKSTREAM
                .properties("AWS::CloudWatch::Dashboard", "")
                .get("DashboardBody")
                .toString();

        for (String stage : List.of("source", "pages")) {
            assertThat(dashboard).contains("Stage " + stage).contains(":alarm:clickstream/" + stage + "/IteratorAge");
        }
        assertThat(EnumSet.allOf(Metric.class))
                .allSatisfy(metric -> assertThat(dashboard).contains("\\\"" + metric.cloudWatchName() + "\\\""));
    }

    @Test
    void metricsAndAlarmsAreThereForTheUsersOwnUse() {
        Synthesized.of(scope -> Sample.CLICKSTREAM.props(), (scope, pipeline) -> {
            assertThat(pipeline.metric("pages", Metric.RECORDS, "Sum").getMetricName())
                    .isEqualTo("Records");
            assertThat(pipeline.alarm("pages", StageAlarm.ERRORS)).isPresent();
            assertThat(pipeline.dashboard()).isPresent();
        });
    }

    @Test
    void theOperationsPageListsTheAlarms() throws IOException {
        String table = Arrays.stream(StageAlarm.values())
                .map(alarm -> "| `" + alarm.id() + "` | " + alarm.meaning() + " | " + alarm.action() + " |\n")
                .collect(Collectors.joining());

        assertThat(Files.readString(PAGE)).contains(table);
    }
}

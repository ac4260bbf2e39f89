package dev.millrace.cdk;

import dev.millrace.metrics.Metric;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import software.amazon.awscdk.services.cloudwatch.AlarmStatusWidget;
import software.amazon.awscdk.services.cloudwatch.Dashboard;
import software.amazon.awscdk.services.cloudwatch.GraphWidget;
import software.amazon.awscdk.services.cloudwatch.IAlarm;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.IWidget;
import software.amazon.awscdk.services.cloudwatch.TextWidget;
import software.constructs.Construct;

/** A dashboard of all stages: what comes in, how long it takes, how far behind it is, what goes wrong, what it costs. */
final class PipelineDashboard {
    private static final Duration PERIOD = Duration.ofMinutes(1);
    private static final int FULL_WIDTH = 24;
    private static final int GRAPH_WIDTH = 6;
    private static final int GRAPH_HEIGHT = 6;

    private PipelineDashboard() {}

    static Dashboard create(Construct scope, String id, Collection<StageFunction> stages) {
        List<List<IWidget>> rows = new ArrayList<>();
        List<IAlarm> alarms = new ArrayList<>();
        stages.forEach(stage -> stage.alarms().ifPresent(made -> alarms.addAll(made.byName())));
        if (!alarms.isEmpty()) {
            rows.add(List.of(AlarmStatusWidget.Builder.create()
                    .title("Alarms")
                    .width(FULL_WIDTH)
                    .height((alarms.size() + 3) / 4 + 1)
                    .alarms(alarms)
                    .build()));
        }
        for (StageFunction stage : stages) {
            rows.add(List.of(TextWidget.Builder.create()
                    .markdown("## Stage " + stage.stage().name() + ", reading "
                            + stage.stage().inputStream())
                    .width(FULL_WIDTH)
                    .height(1)
                    .build()));
            rows.addAll(graphs(stage.metrics()));
        }
        return Dashboard.Builder.create(scope, id).widgets(rows).build();
    }

    private static List<List<IWidget>> graphs(StageMetrics metrics) {
        return List.of(
                List.of(
                        graph("Records", metrics.of(Metric.RECORDS, "Sum", PERIOD)),
                        graph(
                                "Duration of batches and ticks (ms)",
                                metrics.of(Metric.BATCH_DURATION, "p50", PERIOD),
                                metrics.of(Metric.BATCH_DURATION, "p99", PERIOD),
                                metrics.of(Metric.TICK_DURATION, "p99", PERIOD)),
                        graph(
                                "Behind (ms)",
                                metrics.of(Metric.WATERMARK_LAG, "Maximum", PERIOD),
                                metrics.ofLambda("IteratorAge", "Maximum", PERIOD)),
                        graph(
                                "Late and passed over",
                                metrics.of(Metric.LATE_RECORDS, "Sum", PERIOD),
                                metrics.of(Metric.PASSED_OVER_RECORDS, "Sum", PERIOD))),
                List.of(
                        graph(
                                "Trouble",
                                metrics.of(Metric.FAILURES, "Sum", PERIOD),
                                metrics.ofLambda("Errors", "Sum", PERIOD),
                                metrics.ofLambda("Throttles", "Sum", PERIOD)),
                        graph(
                                "Changes of environment",
                                metrics.of(Metric.FENCED_COMMITS, "Sum", PERIOD),
                                metrics.of(Metric.CATCH_UP_ENTRIES, "Sum", PERIOD),
                                metrics.of(Metric.LOADS, "Sum", PERIOD)),
                        GraphWidget.Builder.create()
                                .title("State of one partition (bytes), fullest bucket (%)")
                                .width(GRAPH_WIDTH)
                                .height(GRAPH_HEIGHT)
                                .left(List.of(metrics.of(Metric.STATE_SIZE, "Maximum", PERIOD)))
                                .right(List.of(metrics.of(Metric.FULLEST_BUCKET, "Maximum", PERIOD)))
                                .build(),
                        graph(
                                "Units of the state table",
                                metrics.of(Metric.WRITE_UNITS, "Sum", PERIOD),
                                metrics.of(Metric.READ_UNITS, "Sum", PERIOD))));
    }

    private static GraphWidget graph(String title, IMetric... metrics) {
        return GraphWidget.Builder.create()
                .title(title)
                .width(GRAPH_WIDTH)
                .height(GRAPH_HEIGHT)
                .left(List.of(metrics))
                .build();
    }
}

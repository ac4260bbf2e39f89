package dev.millrace.cdk;

import dev.millrace.metrics.Metric;
import dev.millrace.plan.Plan;
import java.time.Duration;
import java.util.Map;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.lambda.IFunction;

/** The metrics of a stage's function, as alarms and dashboards refer to them. */
record StageMetrics(Plan plan, String stage, IFunction function) {
    /** What the function reports itself. */
    software.amazon.awscdk.services.cloudwatch.Metric of(Metric metric, String statistic, Duration period) {
        return software.amazon.awscdk.services.cloudwatch.Metric.Builder.create()
                .namespace(Metric.NAMESPACE)
                .metricName(metric.cloudWatchName())
                .dimensionsMap(Map.of(Metric.PIPELINE, plan.pipeline().name(), Metric.STAGE, stage))
                .statistic(statistic)
                .period(CdkDurations.of(period))
                .build();
    }

    /** What Lambda reports of the function, under Lambda's name for it. */
    software.amazon.awscdk.services.cloudwatch.Metric ofLambda(String name, String statistic, Duration period) {
        return function.metric(
                name,
                MetricOptions.builder()
                        .statistic(statistic)
                        .period(CdkDurations.of(period))
                        .build());
    }
}

package dev.millrace.cdk;

import dev.millrace.EventTime;
import dev.millrace.Transform;
import dev.millrace.metrics.Metric;
import dev.millrace.plan.Plan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.ComparisonOperator;
import software.amazon.awscdk.services.cloudwatch.IAlarm;
import software.amazon.awscdk.services.cloudwatch.IAlarmAction;
import software.amazon.awscdk.services.cloudwatch.TreatMissingData;
import software.constructs.Construct;

/** Makes the alarms of a stage. */
final class StageAlarms extends Construct {
    private static final String MAXIMUM = "Maximum";
    private static final String SUM = "Sum";
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int FULL_PERCENT = 60;
    private static final int PERCENT = 100;

    private final AlarmProps props;
    private final String namePrefix;
    private final Map<StageAlarm, Alarm> alarms = new EnumMap<>(StageAlarm.class);
    private final List<IAlarm> byName = new ArrayList<>();

    /**
     * @param retention how long the stage's input stream keeps records
     * @param timeout the function's: one that times out again and again tells of it so often
     * @param tickInterval how often the stage is ticked
     */
    StageAlarms(
            Construct scope,
            String id,
            StageMetrics metrics,
            AlarmProps props,
            Duration retention,
            Duration timeout,
            Duration tickInterval) {
        super(scope, id);
        this.props = props;
        this.namePrefix = metrics.plan().pipeline().name() + "/" + metrics.stage() + "/";
        long oldest = retention.toMillis() / PERCENT * props.percentOfRetention();
        long mostLag = props.watermarkLag().plus(outOfOrderness(metrics.plan())).toMillis();
        Duration period = timeout.compareTo(MINUTE) <= 0
                ? MINUTE
                : Duration.ofMinutes(timeout.plus(MINUTE).toMinutes());
        add(StageAlarm.ITERATOR_AGE, metrics.ofLambda("IteratorAge", MAXIMUM, period), oldest, 3, 5);
        add(StageAlarm.WATERMARK_LAG, metrics.of(Metric.WATERMARK_LAG, MAXIMUM, MINUTE), mostLag, 3, 5);
        add(StageAlarm.DEAD_LETTERS, metrics.of(Metric.PASSED_OVER_RECORDS, SUM, MINUTE), 0, 1, 1);
        add(StageAlarm.FAILURES, metrics.of(Metric.FAILURES, SUM, MINUTE), 0, 5, 10);
        add(StageAlarm.ERRORS, metrics.ofLambda("Errors", SUM, period), 0, 3, 5);
        add(StageAlarm.THROTTLES, metrics.ofLambda("Throttles", SUM, MINUTE), 0, 3, 5);
        add(StageAlarm.FULLEST_BUCKET, metrics.of(Metric.FULLEST_BUCKET, MAXIMUM, MINUTE), FULL_PERCENT, 1, 1);
        // Every stage is ticked, so that here no news is bad news.
        make(
                StageAlarm.TICKS,
                alarm(metrics.of(Metric.TICK_DURATION, "SampleCount", tickInterval), 1, 3, 3)
                        .comparisonOperator(ComparisonOperator.LESS_THAN_THRESHOLD)
                        .treatMissingData(TreatMissingData.BREACHING));
    }

    /** Goes off above the threshold. No news is good news: nothing came, and nothing failed. */
    private void add(
            StageAlarm alarm,
            software.amazon.awscdk.services.cloudwatch.Metric metric,
            long threshold,
            int periods,
            int ofPeriods) {
        make(
                alarm,
                alarm(metric, threshold, periods, ofPeriods)
                        .comparisonOperator(ComparisonOperator.GREATER_THAN_THRESHOLD)
                        .treatMissingData(TreatMissingData.NOT_BREACHING));
    }

    /** Goes off where so many of the last periods are beyond the threshold. */
    private static software.amazon.awscdk.services.cloudwatch.AlarmProps.Builder alarm(
            software.amazon.awscdk.services.cloudwatch.Metric metric, long threshold, int periods, int ofPeriods) {
        return software.amazon.awscdk.services.cloudwatch.AlarmProps.builder()
                .metric(metric)
                .threshold(threshold)
                .datapointsToAlarm(periods)
                .evaluationPeriods(ofPeriods);
    }

    private void make(StageAlarm alarm, software.amazon.awscdk.services.cloudwatch.AlarmProps.Builder chosen) {
        // It is by its name that people are told of it.
        String name = namePrefix + alarm.id();
        Alarm made = new Alarm(
                this,
                alarm.id(),
                chosen.alarmName(name)
                        .alarmDescription(alarm.meaning() + " " + alarm.action())
                        .build());
        IAlarmAction[] actions = props.actions().toArray(new IAlarmAction[0]);
        made.addAlarmAction(actions);
        made.addOkAction(actions);
        alarms.put(alarm, made);
        byName.add(Alarm.fromAlarmName(this, alarm.id() + "Name", name));
    }

    private static Duration outOfOrderness(Plan plan) {
        Transform source = plan.pipeline().operators().get(0).transform();
        return source instanceof Transform.Source from
                        && from.eventTime() instanceof EventTime.Extracted<Object> extracted
                ? extracted.outOfOrderness()
                : Duration.ZERO;
    }

    Alarm get(StageAlarm alarm) {
        Alarm made = alarms.get(alarm);
        if (made == null) {
            throw new IllegalStateException("there is no alarm " + alarm);
        }
        return made;
    }

    /** All of them, as those refer to them who do not depend on their being made. */
    List<IAlarm> byName() {
        return byName;
    }
}

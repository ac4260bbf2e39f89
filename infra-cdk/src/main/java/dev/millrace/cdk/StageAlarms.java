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
    private static final int FULL_PERCENT = 80;
    private static final int PERCENT = 100;

    private final AlarmProps props;
    private final String namePrefix;
    private final Map<StageAlarm, Alarm> alarms = new EnumMap<>(StageAlarm.class);
    private final List<IAlarm> byName = new ArrayList<>();

    /** @param retention how long the stage's input stream keeps records */
    StageAlarms(Construct scope, String id, StageMetrics metrics, AlarmProps props, Duration retention) {
        super(scope, id);
        this.props = props;
        this.namePrefix = metrics.plan().pipeline().name() + "-" + metrics.stage() + "-";
        long oldest = retention.toMillis() / PERCENT * props.percentOfRetention();
        long mostLag = props.watermarkLag().plus(outOfOrderness(metrics.plan())).toMillis();
        add(StageAlarm.ITERATOR_AGE, metrics.ofLambda("IteratorAge", MAXIMUM, MINUTE), oldest, 5, 5);
        add(StageAlarm.WATERMARK_LAG, metrics.of(Metric.WATERMARK_LAG, MAXIMUM, MINUTE), mostLag, 5, 5);
        add(StageAlarm.DEAD_LETTERS, metrics.of(Metric.PASSED_OVER_RECORDS, SUM, MINUTE), 0, 1, 1);
        add(StageAlarm.FAILURES, metrics.of(Metric.FAILURES, SUM, MINUTE), 0, 5, 10);
        add(StageAlarm.ERRORS, metrics.ofLambda("Errors", SUM, MINUTE), 0, 3, 5);
        add(StageAlarm.THROTTLES, metrics.ofLambda("Throttles", SUM, MINUTE), 0, 3, 5);
        add(StageAlarm.FULLEST_BUCKET, metrics.of(Metric.FULLEST_BUCKET, MAXIMUM, MINUTE), FULL_PERCENT, 1, 1);
    }

    /** Goes off above the threshold, in so many of the last minutes. */
    private void add(
            StageAlarm alarm,
            software.amazon.awscdk.services.cloudwatch.Metric metric,
            long threshold,
            int minutes,
            int ofMinutes) {
        // It is by its name that people are told of it.
        String name = namePrefix + alarm.id();
        Alarm made = Alarm.Builder.create(this, alarm.id())
                .alarmName(name)
                .alarmDescription(alarm.meaning() + " " + alarm.action())
                .metric(metric)
                .threshold(threshold)
                .comparisonOperator(ComparisonOperator.GREATER_THAN_THRESHOLD)
                .datapointsToAlarm(minutes)
                .evaluationPeriods(ofMinutes)
                // No news: nothing came, and nothing failed.
                .treatMissingData(TreatMissingData.NOT_BREACHING)
                .build();
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

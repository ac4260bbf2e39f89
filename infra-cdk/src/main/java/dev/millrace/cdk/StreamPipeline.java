package dev.millrace.cdk;

import dev.millrace.metrics.Metric;
import dev.millrace.plan.PipelineLoader;
import dev.millrace.plan.Plan;
import dev.millrace.plan.Stage;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.Dashboard;
import software.amazon.awscdk.services.dynamodb.ITable;
import software.amazon.awscdk.services.iam.Grant;
import software.amazon.awscdk.services.iam.IGrantable;
import software.amazon.awscdk.services.kinesis.IStream;
import software.amazon.awscdk.services.lambda.CfnEventSourceMapping;
import software.amazon.awscdk.services.lambda.Function;
import software.constructs.Construct;

/**
 * A pipeline on AWS. For each stage of its plan: a Lambda function that may do just what the stage needs, the event source
 * mapping that feeds it, the schedule that ticks it. For the pipeline: its streams, the tables of its results and its state,
 * alarms and a dashboard. The plan is read from the pipeline itself, so nothing is declared twice.
 */
public final class StreamPipeline extends Construct {
    private final Plan plan;
    private final PipelineStreams streams;
    private final PipelineTables tables;
    private final Map<String, StageFunction> stages = new LinkedHashMap<>();
    private final Optional<Dashboard> dashboard;

    /**
     * @throws dev.millrace.PipelineException if the pipeline cannot be made, or cannot run on AWS: the message says why
     * @throws IllegalArgumentException if props do not fit the pipeline, or the jar cannot be deployed, likewise
     */
    public StreamPipeline(Construct scope, String id, StreamPipelineProps props) {
        super(scope, id);
        this.plan = Plan.of(PipelineLoader.define(PipelineLoader.instantiate(
                props.definition().getName(), props.definition().getClassLoader())));
        DeploymentChecks.check(plan, props);
        this.streams = new PipelineStreams(this, plan, props);
        this.tables = new PipelineTables(this, plan, props);
        for (Stage stage : plan.stages()) {
            stages.put(
                    stage.name(),
                    new StageFunction(this, "Stage-" + stage.name(), plan, stage, props, streams, tables));
        }
        for (Stage stage : plan.stages()) {
            stage.exchanges().forEach(exchange -> stage(stage.name()).deployAfter(stage(exchange.stage())));
        }
        this.dashboard = props.dashboard()
                ? Optional.of(PipelineDashboard.create(this, "Dashboard", stages.values()))
                : Optional.empty();
    }

    /** How the pipeline runs: its stages, and what each needs. */
    public Plan plan() {
        return plan;
    }

    /** The stream that the pipeline's events come from. */
    public IStream source() {
        return streams.get(plan.sourceStream());
    }

    /**
     * A stream of the pipeline.
     *
     * @param name as the plan calls it
     * @throws IllegalArgumentException if the pipeline has none of that name
     */
    public IStream stream(String name) {
        return streams.get(name);
    }

    /** The stream that dead letters go to, if the pipeline has one. */
    public Optional<IStream> deadLetters() {
        return plan.pipeline().deadLetterStream().map(streams::get);
    }

    /**
     * A table of results.
     *
     * @param name as the plan calls it
     * @throws IllegalArgumentException if the pipeline has none of that name
     */
    public ITable table(String name) {
        return tables.get(name);
    }

    /** The table that holds the state of all stages. */
    public ITable stateTable() {
        return tables.state();
    }

    /**
     * The function of a stage.
     *
     * @throws dev.millrace.PipelineException if the pipeline has no stage of that name
     */
    public Function function(String stage) {
        return stage(stage).function();
    }

    /**
     * The event source mapping of a stage, for what props do not offer. What exactness depends on stays as it is: anything else
     * is refused when the stack is synthesized.
     *
     * @throws dev.millrace.PipelineException if the pipeline has no stage of that name
     */
    public CfnEventSourceMapping mapping(String stage) {
        return stage(stage).mapping();
    }

    /**
     * A metric that the function of a stage reports, over a minute at a time.
     *
     * @param statistic as CloudWatch names it: {@code Sum} for counts, {@code Maximum} for values
     * @throws dev.millrace.PipelineException if the pipeline has no stage of that name
     */
    public software.amazon.awscdk.services.cloudwatch.Metric metric(String stage, Metric metric, String statistic) {
        return stage(stage).metrics().of(metric, statistic, Duration.ofMinutes(1));
    }

    /**
     * An alarm of a stage; none if props say so.
     *
     * @throws dev.millrace.PipelineException if the pipeline has no stage of that name
     */
    public Optional<Alarm> alarm(String stage, StageAlarm alarm) {
        return stage(stage).alarms().map(made -> made.get(alarm));
    }

    /** The dashboard; none if props say so. */
    public Optional<Dashboard> dashboard() {
        return dashboard;
    }

    private StageFunction stage(String name) {
        StageFunction stage = stages.get(plan.stage(name).name());
        if (stage == null) {
            throw new IllegalStateException("stage '" + name + "' has no function");
        }
        return stage;
    }

    /** Allows a principal to put events into the source stream. */
    public Grant grantPutEvents(IGrantable grantee) {
        return source().grantWrite(grantee);
    }

    /** Allows a principal to read all tables of results. */
    public List<Grant> grantReadResults(IGrantable grantee) {
        return tables.results().stream()
                .map(table -> table.grantReadData(grantee))
                .toList();
    }
}

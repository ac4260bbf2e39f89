package dev.millrace.cdk;

import dev.millrace.driver.PartitionSettings;
import dev.millrace.engine.Limits;
import dev.millrace.lambda.HandlerSettings;
import dev.millrace.lambda.KinesisHandler;
import dev.millrace.plan.Plan;
import dev.millrace.plan.Stage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.Annotations;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.kinesis.IStream;
import software.amazon.awscdk.services.kinesis.StreamConsumer;
import software.amazon.awscdk.services.lambda.Alias;
import software.amazon.awscdk.services.lambda.CfnEventSourceMapping;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.IFunction;
import software.amazon.awscdk.services.lambda.SnapStartConf;
import software.amazon.awscdk.services.lambda.StartingPosition;
import software.amazon.awscdk.services.logs.LogGroup;
import software.constructs.Construct;

/** One stage: its function, what the function may do, and what invokes it. */
final class StageFunction extends Construct {
    private static final String ALIAS = "live";

    private final Stage stage;
    private final Function function;
    private final IFunction target;
    private final CfnEventSourceMapping mapping;
    private final StageMetrics metrics;
    private final Optional<StageAlarms> alarms;

    StageFunction(
            Construct scope,
            String id,
            Plan plan,
            Stage stage,
            StreamPipelineProps props,
            PipelineStreams streams,
            PipelineTables tables) {
        super(scope, id);
        this.stage = stage;
        IStream input = streams.get(stage.inputStream());
        FunctionProps chosen = props.function(stage.name());
        MappingProps delivery = props.mapping(stage.name());
        LogGroup log = LogGroup.Builder.create(this, "Log")
                .retention(chosen.logRetention())
                .removalPolicy(RemovalPolicy.DESTROY)
                .build();
        String consumerArn = delivery.enhancedFanOut() ? consumer(plan, input).getStreamConsumerArn() : null;
        Role role = Role.Builder.create(this, "Role")
                .description("What stage " + stage.name() + " of pipeline "
                        + plan.pipeline().name() + " may do")
                .assumedBy(new ServicePrincipal("lambda.amazonaws.com"))
                .inlinePolicies(Map.of("Stage", StagePolicy.of(this, plan, stage, streams, tables, log, consumerArn)))
                .build();
        this.function = Function.Builder.create(this, "Function")
                .description("Stage " + stage.name() + " of pipeline "
                        + plan.pipeline().name())
                .code(Code.fromAsset(props.jar().toString()))
                .handler(KinesisHandler.class.getName() + "::handleRequest")
                .runtime(chosen.runtime())
                .architecture(chosen.architecture())
                .memorySize(chosen.memoryMebibytes())
                .timeout(CdkDurations.of(chosen.timeout()))
                .snapStart(chosen.snapStart() ? SnapStartConf.ON_PUBLISHED_VERSIONS : null)
                .environment(environment(props, chosen, delivery, tables))
                .role(role)
                .logGroup(log)
                .build();
        this.target = chosen.snapStart()
                ? Alias.Builder.create(this, "Alias")
                        .aliasName(ALIAS)
                        .version(function.getCurrentVersion())
                        .build()
                : function;
        Annotations.of(this)
                .acknowledgeWarning(
                        "@aws-cdk/aws-lambda:snapStartRequirePublish", "The alias leads to a published version.");
        this.mapping = mapping(consumerArn == null ? input.getStreamArn() : consumerArn, delivery);
        new TickSchedule(this, "Tick", plan, stage, function, target, props.tickInterval());
        this.metrics = new StageMetrics(plan, stage.name(), function);
        this.alarms = props.alarms().enabled()
                ? Optional.of(new StageAlarms(
                        this,
                        "Alarms",
                        metrics,
                        props.alarms(),
                        streams.retention(stage.inputStream()),
                        chosen.timeout(),
                        props.tickInterval()))
                : Optional.empty();
    }

    private StreamConsumer consumer(Plan plan, IStream input) {
        return StreamConsumer.Builder.create(this, "Consumer").stream(input)
                .streamConsumerName(plan.pipeline().name() + "-" + stage.name())
                .build();
    }

    private Map<String, String> environment(
            StreamPipelineProps props, FunctionProps chosen, MappingProps delivery, PipelineTables tables) {
        Map<String, String> environment = new LinkedHashMap<>(chosen.environment());
        PartitionSettings partition = new PartitionSettings(
                MappingId.of(getNode().getPath(), stage.inputStream(), delivery, stage.readsSource()),
                true,
                props.idleTimeout(),
                Limits.DEFAULT);
        environment.putAll(new HandlerSettings(
                        Optional.of(stage.name()), Optional.of(tables.state().getTableName()), partition)
                .environment(props.definition().getName()));
        return environment;
    }

    private CfnEventSourceMapping mapping(String source, MappingProps delivery) {
        // What was sent before the mapping was made counts like the rest: only the source may be begun later.
        StartingPosition start = stage.readsSource() ? delivery.startingPosition() : StartingPosition.TRIM_HORIZON;
        @Nullable
        Number time = stage.readsSource()
                ? delivery.startingTime()
                        .map(instant -> instant.getEpochSecond())
                        .orElse(null)
                : null;
        CfnEventSourceMapping made = CfnEventSourceMapping.Builder.create(this, "Mapping")
                .eventSourceArn(source)
                .functionName(target.getFunctionArn())
                .batchSize(delivery.batchSize())
                .maximumBatchingWindowInSeconds(delivery.batchingWindow().toSeconds())
                .parallelizationFactor(1)
                .maximumRetryAttempts(MappingRules.UNLIMITED)
                .maximumRecordAgeInSeconds(MappingRules.UNLIMITED)
                .functionResponseTypes(List.of(MappingRules.REPORT_FAILURES))
                .startingPosition(start.name())
                .startingPositionTimestamp(time)
                .build();
        made.getNode().addValidation(new MappingRules(made));
        return made;
    }

    Stage stage() {
        return stage;
    }

    Function function() {
        return function;
    }

    /** Deploys this one after another that understands what it sends: receivers go first. */
    void deployAfter(StageFunction receiver) {
        target.getNode().addDependency(receiver.target);
    }

    StageMetrics metrics() {
        return metrics;
    }

    Optional<StageAlarms> alarms() {
        return alarms;
    }

    CfnEventSourceMapping mapping() {
        return mapping;
    }
}

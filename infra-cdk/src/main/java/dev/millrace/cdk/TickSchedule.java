package dev.millrace.cdk;

import dev.millrace.lambda.KinesisHandler;
import dev.millrace.plan.Plan;
import dev.millrace.plan.Stage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.PolicyDocument;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.lambda.Alias;
import software.amazon.awscdk.services.lambda.CfnEventInvokeConfig;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.IFunction;
import software.amazon.awscdk.services.scheduler.CfnSchedule;
import software.constructs.Construct;

/** The schedule that ticks a stage, so that windows on idle shards close (T1). */
final class TickSchedule extends Construct {
    /** The next tick does what this one could not. A late one serves nobody. */
    private static final int RETRIES = 0;

    private static final int OLDEST_SECONDS = 60;

    /** @param target the function, or an alias of it */
    TickSchedule(
            Construct scope,
            String id,
            Plan plan,
            Stage stage,
            Function function,
            IFunction target,
            Duration interval) {
        super(scope, id);
        Role role = Role.Builder.create(this, "Role")
                .description("May tick stage " + stage.name() + " of pipeline "
                        + plan.pipeline().name())
                .assumedBy(ServicePrincipal.Builder.create("scheduler.amazonaws.com")
                        .conditions(Map.of(
                                "StringEquals",
                                Map.of("aws:SourceAccount", Stack.of(this).getAccount())))
                        .build())
                .inlinePolicies(Map.of(
                        "Tick",
                        PolicyDocument.Builder.create()
                                .statements(List.of(PolicyStatement.Builder.create()
                                        .actions(List.of("lambda:InvokeFunction"))
                                        .resources(List.of(target.getFunctionArn()))
                                        .build()))
                                .build()))
                .build();
        // The schedule leaves a tick in the function's queue, where it would be tried again, for hours.
        CfnEventInvokeConfig queue = CfnEventInvokeConfig.Builder.create(this, "Invoke")
                .functionName(function.getFunctionName())
                .qualifier(target instanceof Alias alias ? alias.getAliasName() : "$LATEST")
                .maximumRetryAttempts(RETRIES)
                .maximumEventAgeInSeconds(OLDEST_SECONDS)
                .build();
        // An alias is named, not referred to.
        queue.getNode().addDependency(target);
        CfnSchedule.Builder.create(this, "Schedule")
                .description("Ticks stage " + stage.name() + " of pipeline "
                        + plan.pipeline().name())
                .scheduleExpression(rate(interval.toMinutes()))
                .flexibleTimeWindow(CfnSchedule.FlexibleTimeWindowProperty.builder()
                        .mode("OFF")
                        .build())
                .target(CfnSchedule.TargetProperty.builder()
                        .arn(target.getFunctionArn())
                        .roleArn(role.getRoleArn())
                        .input(KinesisHandler.TICK_EVENT)
                        .retryPolicy(CfnSchedule.RetryPolicyProperty.builder()
                                .maximumRetryAttempts(RETRIES)
                                .maximumEventAgeInSeconds(OLDEST_SECONDS)
                                .build())
                        .build())
                .build();
    }

    private static String rate(long minutes) {
        return "rate(" + minutes + (minutes == 1 ? " minute)" : " minutes)");
    }
}

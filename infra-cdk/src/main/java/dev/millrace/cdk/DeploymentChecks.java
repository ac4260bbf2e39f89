package dev.millrace.cdk;

import dev.millrace.Operator;
import dev.millrace.PipelineException;
import dev.millrace.Sink;
import dev.millrace.Transform;
import dev.millrace.plan.Plan;
import dev.millrace.plan.Stage;

/** Refuses what would be deployed and then not run. */
final class DeploymentChecks {
    private DeploymentChecks() {}

    static void check(Plan plan, StreamPipelineProps props) {
        for (Operator operator : plan.pipeline().operators()) {
            if (operator.transform() instanceof Transform.To to && to.sink() instanceof Sink.Collecting<Object> sink) {
                throw new PipelineException("pipeline '" + plan.pipeline().name() + "' cannot be deployed: operator '"
                        + operator.name() + "' collects results in memory ('" + sink.target()
                        + "'), where nobody could read them. Use toTable or toStream");
            }
        }
        props.checkStages(plan.stages().stream().map(Stage::name).toList());
        FunctionJar.check(props.jar(), props.definition());
    }
}

package dev.millrace.local.cli;

import dev.millrace.local.aws.AwsAddress;
import dev.millrace.local.kcl.SharedPipeline;
import dev.millrace.local.kcl.SharedSettings;
import dev.millrace.plan.Plan;
import java.io.PrintWriter;
import java.time.Duration;

/** This process' part in a pipeline that several share. */
final class SharedRun {
    private final AwsAddress address;
    private final Plan plan;
    private final SharedPipeline pipeline;

    private SharedRun(AwsAddress address, Plan plan, SharedPipeline pipeline) {
        this.address = address;
        this.plan = plan;
        this.pipeline = pipeline;
    }

    static SharedRun start(AwsAddress address, Plan plan, SharedSettings settings) {
        return new SharedRun(address, plan, SharedPipeline.start(address, plan, settings));
    }

    /** Says that it runs, and goes on until the process is told to end. */
    void awaitEnd(Duration patience, Surroundings surroundings, PrintWriter out) throws Exception {
        AutoCloseable onSignal = surroundings.onSignal().apply(() -> pipeline.stop(patience));
        try {
            out.println("millrace ready endpoint=" + address + " pipeline="
                    + plan.pipeline().name() + " source=kinesis:" + plan.sourceStream());
            out.flush();
            pipeline.awaitStop();
            pipeline.problem().ifPresent(why -> {
                throw new CommandFailure(why);
            });
        } finally {
            onSignal.close();
            pipeline.close();
        }
    }
}

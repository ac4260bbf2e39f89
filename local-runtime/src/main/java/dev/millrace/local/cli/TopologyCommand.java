package dev.millrace.local.cli;

import dev.millrace.PipelineException;
import dev.millrace.plan.Plan;
import dev.millrace.plan.Topology;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace topology}: what a pipeline is made of. */
@Command(
        name = "topology",
        description = "Prints what a pipeline is made of: its stages, operators, streams, tables and state.")
final class TopologyCommand implements Callable<Integer> {
    /** How it is printed; the names are those that a person types. */
    enum Format {
        text,
        mermaid,
        json
    }

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(
            index = "0",
            paramLabel = "PIPELINE",
            description = "A sample's name, or a class on --classpath that defines a pipeline.")
    private String pipeline = "";

    @Option(names = "--classpath", paramLabel = "PATH", description = "Jars and folders with your pipeline.")
    private @Nullable String classPath;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "One of ${COMPLETION-CANDIDATES}. ${DEFAULT-VALUE} by default.")
    private Format format = Format.text;

    @Override
    public Integer call() {
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        PrintWriter out = spec.commandLine().getOut();
        Topology topology = Topology.of(plan(pipeline, classPath));
        out.print(
                switch (format) {
                    case text -> topology.text();
                    case mermaid -> topology.mermaid();
                    case json -> topology.json();
                });
        out.flush();
        return 0;
    }

    /** The plan of the pipeline that a person names. */
    static Plan plan(String pipeline, @Nullable String classPath) {
        try {
            return Plan.of(PipelineFinder.on(classPath).find(pipeline).pipeline());
        } catch (PipelineException e) {
            throw new CommandFailure(e.getMessage() + ".", e);
        }
    }
}

package dev.millrace.local.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The {@code millrace} command. */
@Command(
        name = "millrace",
        description = "Serverless stream processing for Java on AWS: the local side.",
        mixinStandardHelpOptions = true,
        versionProvider = BuildVersion.class,
        scope = ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:failed", "2:wrong usage"},
        footer = {
            "",
            "Environment:",
            "  AWS_ENDPOINT_URL    the endpoint to talk to unless --endpoint is given",
            "  MILLRACE_DEBUG=1    print stack traces of errors",
            "  MILLRACE_JAVA_OPTS  options for the Java machine, such as -Xmx4g"
        })
public final class Main implements Callable<Integer> {
    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Print the stack trace of an error, too.")
    private boolean debug;

    @Spec
    private @Nullable CommandSpec spec;

    private Main() {}

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(commandLine(Surroundings.ofProcess()).execute(args));
    }

    /** The command line with all its commands. */
    static CommandLine commandLine(Surroundings surroundings) {
        Main main = new Main();
        CommandLine commandLine = new CommandLine(main)
                .addSubcommand(new DevCommand(surroundings))
                .addSubcommand(new RunCommand(surroundings))
                .addSubcommand(new ReplayCommand(surroundings))
                .addSubcommand(new PutCommand(surroundings))
                .addSubcommand(new TopologyCommand())
                .addSubcommand(new StateCommand(surroundings))
                .addSubcommand(new SimulateCommand(surroundings))
                .addSubcommand(new CompareCommand(surroundings));
        ErrorReports reports = new ErrorReports(() -> main.debug || surroundings.isDebug());
        return commandLine
                .setParameterExceptionHandler(reports::onWrongUsage)
                .setExecutionExceptionHandler(reports::onFailure);
    }

    /** Without a command there is nothing to do. */
    @Override
    public Integer call() {
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        throw new CommandLine.ParameterException(spec.commandLine(), "which command?");
    }
}

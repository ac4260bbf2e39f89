package dev.millrace.local.cli;

import java.io.PrintWriter;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what went wrong in a paragraph on standard error, and with a stack trace where that is asked for. */
final class ErrorReports {
    private final BooleanSupplier isDebug;

    ErrorReports(BooleanSupplier isDebug) {
        this.isDebug = isDebug;
    }

    int onWrongUsage(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        String name = command.getCommandSpec().qualifiedName();
        err.println(name + ": " + e.getMessage());
        UnmatchedArgumentException.printSuggestions(e, err);
        err.println(command.getHelp().fullSynopsis().strip());
        err.println("Try '" + name + " --help'.");
        trace(e, err);
        return ExitCode.USAGE;
    }

    int onFailure(Exception e, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        String name = command.getCommandSpec().qualifiedName();
        if (e instanceof CommandFailure) {
            err.println(name + ": " + e.getMessage());
        } else {
            err.println(name + ": an error in Millrace itself, " + e
                    + ". Run it again with --debug for the stack trace, and please report it.");
        }
        trace(e, err);
        return ExitCode.SOFTWARE;
    }

    private void trace(Exception e, PrintWriter err) {
        if (isDebug.getAsBoolean()) {
            e.printStackTrace(err);
        }
        err.flush();
    }
}

package dev.millrace.state;

/** The log is sealed: its partition has been taken over by others, or by a larger epoch, and accepts nothing more. */
public final class LogSealedException extends StateLogException {
    LogSealedException(LogName name, long epoch, long number) {
        super("the log of " + name + ", epoch " + epoch + ", was sealed by entry " + number
                + " and accepts no more. Its successors carry its state on: look for their headers");
    }
}

package dev.millrace.local.simulator;

/** The end of a function's environment, in the middle of whatever it does. */
final class Crash extends Error {
    private static final long serialVersionUID = 1;

    Crash() {
        super("the environment is gone", null, false, false);
    }
}

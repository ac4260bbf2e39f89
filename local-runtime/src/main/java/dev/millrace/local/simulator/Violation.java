package dev.millrace.local.simulator;

/** Something that must never be. An error, so that nothing that is simulated takes it for a fault. */
final class Violation extends Error {
    private static final long serialVersionUID = 1;

    Violation(String message) {
        super(message);
    }
}

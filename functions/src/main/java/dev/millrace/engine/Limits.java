package dev.millrace.engine;

/**
 * How much may come together in one entry before it is cut (L4): so that it fits its item, and that emitting its outbox
 * takes a small part of a function's timeout.
 *
 * @param maxOutputs outputs, those that updates would bring included
 * @param maxOutputBytes bytes of the outputs' payloads
 */
public record Limits(int maxOutputs, int maxOutputBytes) {
    public static final Limits DEFAULT = new Limits(1_000, 256 * 1024);

    public Limits {
        if (maxOutputs < 1 || maxOutputBytes < 1) {
            throw new IllegalArgumentException(
                    "limits must be positive: " + maxOutputs + " outputs, " + maxOutputBytes + " bytes");
        }
    }
}

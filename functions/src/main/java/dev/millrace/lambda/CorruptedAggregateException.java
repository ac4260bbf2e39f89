package dev.millrace.lambda;

/**
 * A record that says it is aggregated and is not a whole, undamaged aggregate: the message says what is wrong with it. None
 * of its user records can be trusted, so the whole record is undecodable.
 */
public final class CorruptedAggregateException extends Exception {
    private static final long serialVersionUID = 1;

    CorruptedAggregateException(String message) {
        super("corrupted aggregated record: " + message);
    }
}

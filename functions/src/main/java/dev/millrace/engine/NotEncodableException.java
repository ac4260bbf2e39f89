package dev.millrace.engine;

import org.jspecify.annotations.Nullable;

/**
 * What an aggregation has of one key cannot be encoded, neither stored nor sent to another stage. With fewer records at a time
 * it shows whose doing that is.
 */
public final class NotEncodableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient @Nullable KeyId stored;

    private NotEncodableException(String message, RuntimeException cause, @Nullable KeyId stored) {
        super(message, cause);
        this.stored = stored;
    }

    static NotEncodableException ofState(String operator, KeyState state, RuntimeException cause) {
        return new NotEncodableException(
                "operator '" + operator + "' cannot store its state of key '" + state.key + "': " + cause,
                cause,
                state.id);
    }

    static NotEncodableException ofPart(String operator, KeyState state, RuntimeException cause) {
        return new NotEncodableException(
                "operator '" + operator + "' cannot send what it has of key '" + state.key + "' to its stage: " + cause,
                cause,
                null);
    }

    /** The operator and key whose state it is; null where it was to be sent. */
    public @Nullable KeyId stored() {
        return stored;
    }
}

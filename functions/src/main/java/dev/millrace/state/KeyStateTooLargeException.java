package dev.millrace.state;

import dev.millrace.engine.KeyId;

/** One key's state would outgrow what a key may have (B4). Nothing was written. */
public final class KeyStateTooLargeException extends StateLogException {
    private final transient KeyId id;

    KeyStateTooLargeException(LogName name, KeyId id, long bytes, long limit) {
        super("the state of " + KeyText.of(id) + " in " + name + " would take " + bytes
                + " bytes, more than the limit of "
                + limit
                + ". Keep less for each key: an aggregate instead of a list, fewer open windows, a shorter time to"
                + " live");
        this.id = id;
    }

    /** The operator and key. */
    public KeyId id() {
        return id;
    }
}

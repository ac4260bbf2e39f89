package dev.millrace.state;

/** Where a log comes from that does not exist yet: the sealed logs of others, whose state it takes over, or nothing. */
@FunctionalInterface
public interface LogOrigin {
    /** The origin of a log that begins with nothing. */
    LogOrigin NOTHING = begun -> Inheritance.NONE;

    /**
     * What a log takes over. Asked only where it does not exist, or where its takeover was begun and is not finished; each time
     * the answer must have the same state in it.
     *
     * @param begun whether the takeover was begun, so that none of the parents may be left out
     * @throws RuntimeException if the parents cannot be taken over yet: nothing is written then
     */
    Inheritance inheritance(boolean begun);
}

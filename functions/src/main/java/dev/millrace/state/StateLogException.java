package dev.millrace.state;

/** Something that keeps a state log from being read or written; the message says what to do. */
public class StateLogException extends RuntimeException {
    public StateLogException(String message) {
        super(message);
    }
}

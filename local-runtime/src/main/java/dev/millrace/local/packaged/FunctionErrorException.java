package dev.millrace.local.packaged;

/** An invocation that failed: the function threw, could not start, took too long, or its process ended. */
final class FunctionErrorException extends RuntimeException {
    private static final long serialVersionUID = 1;

    FunctionErrorException(String message) {
        super(message);
    }
}

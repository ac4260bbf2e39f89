package dev.millrace.local.runner;

import dev.millrace.engine.FiringFailure;
import dev.millrace.engine.NotEncodableException;
import dev.millrace.engine.RecordFailure;
import dev.millrace.state.BucketFullException;
import dev.millrace.state.EntryTooLargeException;
import dev.millrace.state.KeyStateTooLargeException;
import org.jspecify.annotations.Nullable;

/** Something cannot be processed and must not be passed over, so that its partition waits until somebody mends it. */
final class HeldUpException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    HeldUpException(String message) {
        super(message);
    }

    /** What an error says of that, if it comes of it; null if it comes of anything else, which may be over in a moment. */
    static @Nullable String reason(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof HeldUpException) {
                return cause.getMessage();
            }
            if (cause instanceof NotEncodableException
                    || cause instanceof KeyStateTooLargeException
                    || cause instanceof EntryTooLargeException
                    || cause instanceof BucketFullException) {
                return cause.getMessage();
            }
            if (cause instanceof FiringFailure || cause instanceof RecordFailure) {
                return cause.getMessage()
                        + ". The pipeline's policy is to fail, so its partition waits: mend the code, or choose another"
                        + " policy with onError(...)";
            }
        }
        return null;
    }
}

package dev.millrace.codec;

import org.jspecify.annotations.Nullable;

/** Bytes that cannot be decoded, or a value that cannot be encoded. */
public class CodecException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public CodecException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public CodecException(String message) {
        super(message);
    }
}

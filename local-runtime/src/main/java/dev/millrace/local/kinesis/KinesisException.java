package dev.millrace.local.kinesis;

/** An error as Kinesis itself reports it: a type from its API and a message for the caller. */
public final class KinesisException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The error types of the Kinesis API that the embedded service uses; the names are those on the wire. */
    public enum Type {
        ResourceNotFoundException,
        ResourceInUseException,
        InvalidArgumentException,
        ValidationException,
        LimitExceededException,
        ExpiredIteratorException,
        ExpiredNextTokenException,
        UnknownOperationException,
        SerializationException,
        InternalFailure
    }

    private final Type type;

    public KinesisException(Type type, String message) {
        super(message);
        this.type = type;
    }

    KinesisException(String message, Throwable cause) {
        super(message, cause);
        this.type = Type.InternalFailure;
    }

    public Type type() {
        return type;
    }

    static KinesisException invalidArgument(String message) {
        return new KinesisException(Type.InvalidArgumentException, message);
    }

    static KinesisException notFound(String message) {
        return new KinesisException(Type.ResourceNotFoundException, message);
    }

    static KinesisException limitExceeded(String message) {
        return new KinesisException(Type.LimitExceededException, message);
    }
}

package dev.millrace.local.endpoint;

import org.jspecify.annotations.Nullable;

/** The endpoint cannot run. The message says what is wrong and what to do, in one paragraph for the user to read. */
public sealed class LocalEndpointException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LocalEndpointException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** The port is taken, or may not be used. */
    public static final class PortInUse extends LocalEndpointException {
        private static final long serialVersionUID = 1L;

        PortInUse(int port, Throwable cause) {
            super(
                    "Port " + port + " on 127.0.0.1 cannot be used: " + reason(cause)
                            + ". Stop what uses it (perhaps another millrace, or LocalStack), or choose another with"
                            + " --port; --port 0 picks a free one.",
                    cause);
        }

        private static String reason(Throwable cause) {
            Throwable root = cause.getCause() == null ? cause : cause.getCause();
            return String.valueOf(root.getMessage());
        }
    }

    /** Another process uses the data directory. */
    public static final class DataDirectoryInUse extends LocalEndpointException {
        private static final long serialVersionUID = 1L;

        DataDirectoryInUse(String directory) {
            super(
                    "The data directory " + directory + " is in use by another millrace. Stop that one, or choose"
                            + " another directory with --data-dir.",
                    null);
        }
    }

    /** The data directory cannot be read or written, or holds what this version does not understand. */
    public static final class DataDirectoryUnusable extends LocalEndpointException {
        private static final long serialVersionUID = 1L;

        DataDirectoryUnusable(String directory, Throwable cause) {
            super(
                    "The data directory " + directory + " cannot be used: " + cause
                            + ". Repair it, or choose another directory with --data-dir.",
                    cause);
        }
    }

    /** DynamoDB Local has no native library for this machine, or it cannot be loaded. */
    public static final class UnsupportedPlatform extends LocalEndpointException {
        private static final long serialVersionUID = 1L;

        UnsupportedPlatform(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}

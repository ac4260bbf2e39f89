package dev.millrace.local.testing;

import dev.millrace.local.aws.AwsAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** AWS, or what stands in for it in a test. */
@FunctionalInterface
public interface Backend {
    /** The system property that {@link #configured} reads. */
    String PROPERTY = "millrace.it.endpoint";

    /** The value of {@link #PROPERTY} for a LocalStack container. */
    String LOCAL_STACK = "localstack";

    /** The value of {@link #PROPERTY} for AWS itself. */
    String AWS = "aws";

    /**
     * Starts it, or takes up the connection; when this returns, it answers requests.
     *
     * @throws IllegalStateException if it cannot be had: the message says why
     */
    RunningBackend start();

    /** The embedded endpoint, in memory and in this process; its clock stands at the present until the test moves it. */
    static Backend embedded() {
        return () -> RunningBackend.embedded(Instant.now());
    }

    /**
     * The embedded endpoint, whose clock stands at that instant until the test moves it.
     *
     * @param start such that no event time is more than five minutes after it, unless the test lets time pass first: an event
     *     from the future is refused
     */
    static Backend embedded(Instant start) {
        return () -> RunningBackend.embedded(start);
    }

    /**
     * LocalStack 4.14.0 in a container, one for all tests of this process. Needs a Docker engine, and
     * {@code org.testcontainers:testcontainers-localstack} on the class path.
     */
    static Backend localStack() {
        return LocalStack::start;
    }

    /**
     * Any endpoint that is running. Region and credentials are those of the environment; on this machine any will do.
     */
    static Backend endpoint(URI endpoint) {
        return () -> RunningBackend.at(
                endpoint.toString(), new AwsAddress(endpoint, System.getenv()), Duration.ofMillis(500));
    }

    /** AWS itself, in the region and with the credentials that the SDK's usual chain finds. It is not free. */
    static Backend aws() {
        // A record that was taken may be seen a little later.
        return () -> RunningBackend.at("AWS", AwsAddress.aws(), Duration.ofSeconds(3));
    }

    /**
     * The backend that the system property {@value #PROPERTY} names: {@value #LOCAL_STACK}, {@value #AWS}, or an
     * endpoint's address; the embedded one where it is not set.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    static Backend configured() {
        return of(System.getProperty(PROPERTY));
    }

    private static Backend of(@Nullable String name) {
        if (name == null || name.isBlank()) {
            return embedded();
        }
        if (name.equals(LOCAL_STACK)) {
            return localStack();
        }
        if (name.equals(AWS)) {
            return aws();
        }
        try {
            URI uri = new URI(name);
            if (uri.getHost() != null) {
                return endpoint(uri);
            }
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(notABackend(name), e);
        }
        throw new IllegalArgumentException(notABackend(name));
    }

    private static String notABackend(String name) {
        return PROPERTY + " is '" + name + "', and must be '" + LOCAL_STACK + "', '" + AWS
                + "' or an address such as http://127.0.0.1:4566";
    }
}

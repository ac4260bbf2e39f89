package dev.millrace.local.cli;

import dev.millrace.local.aws.AwsAddress;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** Where a command finds Kinesis. */
record KinesisEndpoint(URI uri, Map<String, String> environment) {
    private static final String DEFAULT = "http://127.0.0.1:4566";
    private static final List<Class<? extends Exception>> UNREACHABLE = List.of(
            ConnectException.class,
            UnknownHostException.class,
            NoRouteToHostException.class,
            SocketException.class,
            SocketTimeoutException.class);

    /**
     * The endpoint given, or that of the environment, or the local one.
     *
     * @throws CommandFailure if it is not an address
     */
    static KinesisEndpoint of(@Nullable String given, Map<String, String> environment) {
        String address = Stream.of(
                        Optional.ofNullable(given),
                        Optional.ofNullable(environment.get("AWS_ENDPOINT_URL_KINESIS")),
                        Optional.ofNullable(environment.get("AWS_ENDPOINT_URL")))
                .flatMap(Optional::stream)
                .filter(candidate -> !candidate.isBlank())
                .findFirst()
                .orElse(DEFAULT);
        try {
            URI uri = new URI(address.strip());
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return new KinesisEndpoint(uri, environment);
            }
        } catch (URISyntaxException e) {
            throw new CommandFailure(notAnAddress(address), e);
        }
        throw new CommandFailure(notAnAddress(address));
    }

    private static String notAnAddress(String address) {
        return "'" + address + "' is no endpoint: give an address such as " + DEFAULT
                + ", with --endpoint or in AWS_ENDPOINT_URL.";
    }

    /** A client, to be closed. Asks no network for credentials or a region if the endpoint is this machine's own. */
    KinesisClient client() {
        return address().kinesis();
    }

    /** A client of DynamoDB at the same address, to be closed; otherwise as {@link #client}. */
    DynamoDbClient dynamoDbClient() {
        return address().dynamoDb();
    }

    /** The address for clients. */
    AwsAddress address() {
        return new AwsAddress(uri, environment);
    }

    /** What to tell a person about an error that came of talking to the endpoint. */
    CommandFailure failure(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (UNREACHABLE.contains(cause.getClass())) {
                String advice = address().isLoopback()
                        ? "Is it running? 'millrace dev' starts the local one."
                        : "Check the address and the network.";
                return new CommandFailure("cannot reach " + uri + ": " + cause.getMessage() + ". " + advice, error);
            }
        }
        return new CommandFailure(error.getMessage() + " (endpoint " + uri + ").", error);
    }
}

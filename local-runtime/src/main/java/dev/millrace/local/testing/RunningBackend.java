package dev.millrace.local.testing;

import dev.millrace.local.aws.AwsAddress;
import dev.millrace.local.aws.AwsClients;
import dev.millrace.local.endpoint.LocalEndpoint;
import dev.millrace.local.endpoint.LocalEndpointOptions;
import dev.millrace.local.source.SourceStream;
import dev.millrace.plan.Plan;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A backend that answers requests. To be closed; what was made there is not removed by that. */
public final class RunningBackend implements AutoCloseable {
    private final String name;
    private final AwsClients clients;
    private final Function<String, SourceStream> streams;
    private final Duration settling;
    private final @Nullable MovableClock clock;
    private final @Nullable LocalEndpoint endpoint;

    private RunningBackend(
            String name,
            AwsClients clients,
            Function<String, SourceStream> streams,
            Duration settling,
            @Nullable MovableClock clock,
            @Nullable LocalEndpoint endpoint) {
        this.name = name;
        this.clients = clients;
        this.streams = streams;
        this.settling = settling;
        this.clock = clock;
        this.endpoint = endpoint;
    }

    static RunningBackend embedded(Instant start) {
        MovableClock clock = new MovableClock(start);
        LocalEndpoint endpoint =
                LocalEndpoint.start(LocalEndpointOptions.defaults().withPort(0).withClock(clock));
        return new RunningBackend(
                "the embedded endpoint",
                AwsAddress.local(endpoint.uri()).clients(),
                stream -> SourceStream.of(endpoint.kinesis(), stream),
                Duration.ZERO,
                clock,
                endpoint);
    }

    static RunningBackend at(String name, AwsAddress address, Duration settling) {
        AwsClients clients = address.clients();
        return new RunningBackend(
                name, clients, stream -> SourceStream.of(clients.kinesis(), stream), settling, null, null);
    }

    /** The SDK's clients; closed with this. */
    public AwsClients clients() {
        return clients;
    }

    /** Whether {@link #pass} moves the clock rather than waits. */
    public boolean drivesClock() {
        return clock != null;
    }

    /** The clock that arrival times come from, as far as it can be known. */
    Clock clock() {
        MovableClock movable = clock;
        return movable == null ? Clock.systemUTC() : movable;
    }

    /** Lets time pass: where the clock cannot be driven, by waiting. */
    void pass(Duration duration) throws InterruptedException {
        MovableClock movable = clock;
        if (movable == null) {
            Thread.sleep(duration.toMillis());
        } else {
            movable.advance(duration);
        }
    }

    SourceStream stream(String stream) {
        return streams.apply(stream);
    }

    /** How long nothing must come of a stream before nothing is to come, in real time. */
    Duration settling() {
        return settling;
    }

    /** @throws IllegalStateException if something exists that a test would make, and remove */
    void requireNone(Plan plan, List<String> existing) {
        if (!existing.isEmpty()) {
            throw new IllegalStateException("pipeline '" + plan.pipeline().name() + "' cannot be tested at " + this
                    + ", where there is already " + String.join(", ", existing)
                    + ": a test makes its own, and removes them");
        }
    }

    /** What it is, for messages. */
    @Override
    public String toString() {
        return name;
    }

    @Override
    public void close() {
        clients.close();
        LocalEndpoint own = endpoint;
        if (own != null) {
            own.close();
        }
    }
}

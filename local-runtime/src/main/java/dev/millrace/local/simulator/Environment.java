package dev.millrace.local.simulator;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An environment of a function: a handler with all that it holds in memory, for one invocation at a time. */
final class Environment {
    final Caller caller;
    private final World world;
    private final RequestHandler<KinesisEvent, StreamsEventResponse> handler;
    private boolean isBusy;
    private boolean isAtBatch;

    /** What came of an invocation. */
    sealed interface Outcome {
        /** All is done. */
        record Done() implements Outcome {}

        /** All before this record is done. */
        record FailedAt(long sequenceNumber) implements Outcome {}

        /** Nothing is known to be done. */
        record Failed(String message) implements Outcome {}
    }

    Environment(Caller caller, World world, RequestHandler<KinesisEvent, StreamsEventResponse> handler) {
        this.caller = caller;
        this.world = world;
        this.handler = handler;
    }

    boolean isBusy() {
        return isBusy;
    }

    /** Whether it is busy with records, and no tick. */
    boolean isAtBatch() {
        return isAtBatch;
    }

    void begin() {
        isBusy = true;
    }

    Outcome invoke(KinesisEvent event) {
        isAtBatch = !event.getRecords().isEmpty();
        try {
            StreamsEventResponse response = handler.handleRequest(event, null);
            return caller.isDead() ? new Outcome.Failed("the environment died") : outcome(response);
        } catch (Crash e) {
            caller.die();
            return new Outcome.Failed("the environment died");
        } catch (Violation e) {
            world.violated(String.valueOf(e.getMessage()));
            return new Outcome.Failed("it was violated");
        } catch (RuntimeException e) {
            return new Outcome.Failed(e.toString());
        } catch (Error e) {
            world.violated("The handler ended with " + e);
            return new Outcome.Failed(e.toString());
        } finally {
            isBusy = false;
            isAtBatch = false;
        }
    }

    private static Outcome outcome(@Nullable StreamsEventResponse response) {
        List<StreamsEventResponse.BatchItemFailure> failures =
                response == null ? List.of() : response.getBatchItemFailures();
        return failures.isEmpty()
                ? new Outcome.Done()
                : new Outcome.FailedAt(Long.parseLong(failures.get(0).getItemIdentifier()));
    }
}

package dev.millrace.local.mapping;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Remembers what it is given, and fails when it is told to. */
final class RecordingFunction implements StageFunction {
    private final List<Attempt> attempts = new ArrayList<>();
    private final List<String> taken = new ArrayList<>();
    private int ticks;
    private int failures;
    private boolean ticksFail;
    private @Nullable String reported;

    /** A batch as it was delivered, taken or not. */
    record Attempt(String shardId, List<String> data) {}

    /** Throws at that many batches from now on. */
    synchronized void failNext(int batches) {
        failures = batches;
    }

    /** Throws at every tick. */
    synchronized void failTicks() {
        ticksFail = true;
    }

    /** Reports the record with these data as failed, once. */
    synchronized void reportOnce(String data) {
        reported = data;
    }

    synchronized List<Attempt> attempts() {
        return List.copyOf(attempts);
    }

    /** The data of the records that were neither failed nor reported, in the order of their delivery. */
    synchronized List<String> taken() {
        return List.copyOf(taken);
    }

    synchronized int ticks() {
        return ticks;
    }

    @Override
    public synchronized StreamsEventResponse handle(KinesisEvent batch) {
        if (batch.getRecords().isEmpty()) {
            return tick();
        }
        List<String> data = batch.getRecords().stream()
                .map(each -> StandardCharsets.UTF_8
                        .decode(each.getKinesis().getData().duplicate())
                        .toString())
                .toList();
        String eventId = batch.getRecords().get(0).getEventID();
        attempts.add(new Attempt(eventId.substring(0, eventId.indexOf(':')), data));
        if (failures > 0) {
            failures--;
            throw new IllegalStateException("told to fail");
        }
        int failed = Optional.ofNullable(reported).map(data::indexOf).orElse(-1);
        if (failed < 0) {
            taken.addAll(data);
            return new StreamsEventResponse(List.of());
        }
        reported = null;
        taken.addAll(data.subList(0, failed));
        return new StreamsEventResponse(List.of(new StreamsEventResponse.BatchItemFailure(
                batch.getRecords().get(failed).getKinesis().getSequenceNumber())));
    }

    private StreamsEventResponse tick() {
        ticks++;
        if (ticksFail) {
            throw new IllegalStateException("told to fail");
        }
        return new StreamsEventResponse(List.of());
    }
}

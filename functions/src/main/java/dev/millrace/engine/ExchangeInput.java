package dev.millrace.engine;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

/** What a stage takes that other stages send to it. */
final class ExchangeInput {
    private final Upstreams upstreams = new Upstreams();
    private final Map<String, AggregateInput> aggregates;
    private final TaskScope task;

    /** @param aggregates by name */
    ExchangeInput(Map<String, AggregateInput> aggregates, TaskScope task) {
        this.aggregates = Map.copyOf(aggregates);
        this.task = task;
    }

    Upstreams upstreams() {
        return upstreams;
    }

    /**
     * Takes one thing that was sent, unless it was taken before (X1).
     *
     * @param record where it came from, for dead letters
     * @throws RecordFailure if it cannot be processed
     */
    void apply(SourceRecord record, Exchanged exchanged, long watermarkMillis) {
        if (upstreams.isTaken(exchanged)) {
            return;
        }
        if (exchanged instanceof Exchanged.OfPart part) {
            add(record, part.part(), watermarkMillis);
        }
        upstreams.take(exchanged);
    }

    private void add(SourceRecord record, Part part, long watermarkMillis) {
        AggregateInput input = aggregates.get(part.operator());
        if (input == null) {
            // No property of the record: it may be that the sender is newer than this stage, for now.
            throw new IllegalStateException("operator '" + part.operator() + "' was sent something"
                    + placeOf(record) + ", and this stage does not have it:"
                    + " deploy the pipeline that sends it here too, until it is drained");
        }
        AggregateOperator operator = (AggregateOperator) input.operator();
        boolean isAdded;
        try {
            isAdded = operator.addPart(part, watermarkMillis);
        } catch (FiringFailure e) {
            throw e;
        } catch (RuntimeException e) {
            String where = operator.name() + "' of key '" + textOf(part.key());
            throw Operators.failed(where, e, Progress.NO_TIME).needingRollback();
        }
        if (!isAdded) {
            String message = "what was sent to operator '" + operator.name() + "' of key '" + textOf(part.key())
                    + "' for the time from "
                    + Instant.ofEpochMilli(part.start()) + " on came when the watermark was "
                    + Instant.ofEpochMilli(watermarkMillis) + ": its shard was idle until then";
            task.latePart(input, record, message);
        }
    }

    private static String placeOf(SourceRecord record) {
        Position position = record.position();
        return position == null ? "" : " in record " + position.sequenceNumber() + " of this stage's stream";
    }

    private static String textOf(byte[] key) {
        return new String(key, StandardCharsets.UTF_8);
    }
}

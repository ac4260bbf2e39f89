package dev.millrace.engine;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
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

    /**
     * Takes what was handed over. What cannot be processed is passed over by the pipeline's policy.
     *
     * @throws RecordFailure if that is to fail; some of it may have been taken
     */
    void take(Handed handed, long nowMillis, long watermarkMillis) {
        List<Handed.Part> parts = handed.parts();
        for (int i = 0; i < parts.size(); i++) {
            Handed.Part part = parts.get(i);
            AggregateInput input = inputOf(part.operator(), "");
            AggregateOperator operator = (AggregateOperator) input.operator();
            try {
                if (!operator.addPart(
                        part.key(), part.id(), part.start(), part.end(), part.accumulator(), watermarkMillis)) {
                    task.latePart(
                            input,
                            recordOf(operator, part, handed.from(), nowMillis),
                            lateness(part.operator(), part.id().key(), part.start(), watermarkMillis));
                }
            } catch (FiringFailure e) {
                throw e;
            } catch (RuntimeException e) {
                RecordFailure failure =
                        Operators.failed(placeOf(operator, part.id().key()), e, Progress.NO_TIME);
                if (task.mustFail()) {
                    throw failure;
                }
                task.passOver(
                        recordOf(operator, part, handed.from(), nowMillis),
                        failure.reason(),
                        String.valueOf(failure.getMessage()));
            }
        }
        upstreams.take(handed);
    }

    /** What a dead letter of it has for data is what would have been sent through a stream. */
    private static SourceRecord recordOf(
            AggregateOperator operator, Handed.Part part, UpstreamId from, long nowMillis) {
        byte[] accumulator;
        try {
            accumulator = operator.folding().encode(part.accumulator());
        } catch (RuntimeException e) {
            // Perhaps this is why it is a dead letter.
            accumulator = new byte[0];
        }
        Part encoded = new Part(0, part.operator(), part.id().key(), part.start(), part.end(), accumulator);
        return new SourceRecord(from.toString(), new Parts(List.of(encoded), null).encode(), null, nowMillis);
    }

    private static String placeOf(AggregateOperator operator, byte[] key) {
        return operator.name() + "' of key '" + textOf(key);
    }

    private AggregateInput inputOf(String operator, String place) {
        AggregateInput input = aggregates.get(operator);
        if (input == null) {
            // No property of the record: it may be that the sender is newer than this stage, for now.
            throw new IllegalStateException("operator '" + operator + "' was sent something"
                    + place + ", and this stage does not have it:"
                    + " deploy the pipeline that sends it here too, until it is drained");
        }
        return input;
    }

    private static String lateness(String operator, byte[] key, long start, long watermarkMillis) {
        return "what was sent to operator '" + operator + "' of key '" + textOf(key)
                + "' for the time from "
                + Instant.ofEpochMilli(start) + " on came when the watermark was "
                + Instant.ofEpochMilli(watermarkMillis) + ": its shard was idle until then";
    }

    private void add(SourceRecord record, Part part, long watermarkMillis) {
        AggregateInput input = inputOf(part.operator(), placeOf(record));
        AggregateOperator operator = (AggregateOperator) input.operator();
        boolean isAdded;
        try {
            isAdded = operator.addPart(part, watermarkMillis);
        } catch (FiringFailure e) {
            throw e;
        } catch (RuntimeException e) {
            throw Operators.failed(placeOf(operator, part.key()), e, Progress.NO_TIME)
                    .needingRollback();
        }
        if (!isAdded) {
            task.latePart(input, record, lateness(part.operator(), part.key(), part.start(), watermarkMillis));
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

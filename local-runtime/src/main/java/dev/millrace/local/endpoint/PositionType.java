package dev.millrace.local.endpoint;

import dev.millrace.local.kinesis.KinesisException;
import dev.millrace.local.kinesis.StartingPosition;
import org.jspecify.annotations.Nullable;

/** Where in a shard to begin, as requests say it. */
enum PositionType {
    AT_SEQUENCE_NUMBER,
    AFTER_SEQUENCE_NUMBER,
    TRIM_HORIZON,
    LATEST,
    AT_TIMESTAMP;

    /** The position that the fields of those names say, and Timestamp. */
    static StartingPosition position(Parameters in, String typeField, String sequenceNumberField) {
        PositionType type =
                Constraint.oneOf(Parameters.lower(typeField), in.requiredText(typeField), PositionType.class);
        String number = in.text(sequenceNumberField);
        if (number != null) {
            Constraint.pattern(Parameters.lower(sequenceNumberField), number, Constraint.SEQUENCE_NUMBER);
        }
        return switch (type) {
            case TRIM_HORIZON -> new StartingPosition.TrimHorizon();
            case LATEST -> new StartingPosition.Latest();
            case AT_TIMESTAMP ->
                new StartingPosition.AtTimestamp(type.needs("Timestamp", typeField, in.timestamp("Timestamp")));
            case AT_SEQUENCE_NUMBER ->
                new StartingPosition.AtSequenceNumber(type.needs(sequenceNumberField, typeField, number));
            case AFTER_SEQUENCE_NUMBER ->
                new StartingPosition.AfterSequenceNumber(type.needs(sequenceNumberField, typeField, number));
        };
    }

    private <T> T needs(String field, String typeField, @Nullable T value) {
        if (value == null) {
            throw new KinesisException(
                    KinesisException.Type.InvalidArgumentException,
                    "Must either specify " + field + " or use another " + typeField + " than " + this + ".");
        }
        return value;
    }
}

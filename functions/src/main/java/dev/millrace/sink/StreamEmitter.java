package dev.millrace.sink;

import dev.millrace.Sink;
import dev.millrace.engine.SinkPayloads;
import dev.millrace.time.Pause;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * Appends records to a Kinesis stream, each with its output's id, in order within a partition key. What is emitted again
 * is appended again: readers drop an id that they have seen.
 */
final class StreamEmitter implements Emitter {
    private final String sink;
    private final String stream;
    private final Sink.IdPlacement idPlacement;
    private final KinesisClient kinesis;
    private final Pause pause;

    /** @param sink the operator's name, for messages */
    StreamEmitter(String sink, Sink.Stream<?> target, KinesisClient kinesis, Pause pause) {
        this.sink = sink;
        this.stream = target.target();
        this.idPlacement = target.idPlacement();
        this.kinesis = kinesis;
        this.pause = pause;
    }

    @Override
    public void emit(List<IdentifiedOutput> outputs) {
        List<StreamRecord> records = new ArrayList<>();
        for (IdentifiedOutput output : outputs) {
            records.add(toRecord(output));
        }
        new RecordWriter(kinesis, stream, RecordWriter.Order.WITHIN_PARTITION_KEY, pause).write(records);
    }

    private StreamRecord toRecord(IdentifiedOutput output) {
        StreamRecord result;
        try {
            SinkPayloads.StreamRecord payload =
                    SinkPayloads.StreamRecord.decode(output.output().payload());
            result = new StreamRecord(
                    payload.partitionKey(), IdSplicer.splice(idPlacement, output.id(), payload.data()));
        } catch (IllegalArgumentException e) {
            throw new EmissionException(
                    "output " + output.id() + " of sink '" + sink + "' is no record for stream '" + stream + "': "
                            + e.getMessage(),
                    e);
        }
        return checkSize(sink, stream, output.id(), result);
    }

    static StreamRecord checkSize(String sink, String stream, OutputId id, StreamRecord candidate) {
        if (candidate.size() > RecordWriter.MAX_RECORD_BYTES) {
            throw new EmissionException("output " + id + " of sink '" + sink + "' has " + candidate.size()
                    + " bytes with its id and partition key; a record of stream '" + stream + "' may have "
                    + RecordWriter.MAX_RECORD_BYTES + ". The output is committed and will be tried again: have the"
                    + " pipeline make smaller ones, and reset its state");
        }
        return candidate;
    }
}

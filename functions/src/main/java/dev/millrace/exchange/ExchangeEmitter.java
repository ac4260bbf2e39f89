package dev.millrace.exchange;

import dev.millrace.sink.EmissionException;
import dev.millrace.sink.Emitter;
import dev.millrace.sink.IdentifiedOutput;
import dev.millrace.sink.RecordWriter;
import dev.millrace.sink.StreamRecord;
import dev.millrace.time.Pause;
import java.util.List;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * Sends what an entry has for another stage: to each shard of the internal stream one record, or several, one after another,
 * where one would be too large (X1).
 */
public final class ExchangeEmitter implements Emitter {
    private final String stage;
    private final InternalStream stream;
    private final KinesisClient kinesis;
    private final Pause pause;

    /**
     * @param stage the stage that is sent to
     * @param stream the stream that it reads
     */
    public ExchangeEmitter(String stage, InternalStream stream, KinesisClient kinesis, Pause pause) {
        this.stage = stage;
        this.stream = stream;
        this.kinesis = kinesis;
        this.pause = pause;
    }

    @Override
    public void emit(List<IdentifiedOutput> outputs) {
        List<StreamRecord> records = Packer.pack(stage, outputs, stream.shards());
        try {
            new RecordWriter(kinesis, stream.name(), RecordWriter.Order.WITHIN_PARTITION_KEY, pause).write(records);
        } catch (EmissionException e) {
            // Should the shards be others than they were, the next attempt finds out.
            stream.forget();
            throw e;
        }
    }
}

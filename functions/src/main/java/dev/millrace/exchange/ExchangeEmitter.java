package dev.millrace.exchange;

import dev.millrace.driver.ShardInfo;
import dev.millrace.engine.EntryEnd;
import dev.millrace.engine.Part;
import dev.millrace.engine.Parts;
import dev.millrace.engine.RoutingHash;
import dev.millrace.engine.UpstreamId;
import dev.millrace.format.ByteReader;
import dev.millrace.sink.EmissionException;
import dev.millrace.sink.Emitter;
import dev.millrace.sink.IdentifiedOutput;
import dev.millrace.sink.OutputId;
import dev.millrace.sink.Pause;
import dev.millrace.sink.RecordWriter;
import dev.millrace.sink.StreamRecord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * Sends what an entry has for another stage: to each shard of the internal stream one record, or several, one after another,
 * where one would be too large (X1). Every shard gets the entry's end, whether or not there is a part for it (X4).
 */
public final class ExchangeEmitter implements Emitter {
    /** Of parts, before compression; the rest of a record takes little. */
    private static final int MAX_PARTS_BYTES = RecordWriter.MAX_RECORD_BYTES - 64 * 1024;

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
        List<Part> parts = new ArrayList<>();
        @Nullable EntryEnd end = null;
        for (IdentifiedOutput output : outputs) {
            Parts some = partsOf(output);
            parts.addAll(some.parts());
            end = some.end();
        }
        OutputId id = outputs.get(0).id();
        List<StreamRecord> records = new ArrayList<>();
        for (ShardInfo shard : stream.shards()) {
            addRecords(id, shard, parts, end, records);
        }
        try {
            new RecordWriter(kinesis, stream.name(), RecordWriter.Order.WITHIN_PARTITION_KEY, pause).write(records);
        } catch (EmissionException e) {
            // Should the shards be others than they were, the next attempt finds out.
            stream.forget();
            throw e;
        }
    }

    private static Parts partsOf(IdentifiedOutput output) {
        try {
            return Parts.decode(output.output().payload());
        } catch (ByteReader.Malformed e) {
            throw new EmissionException(
                    "output " + output.id() + " is nothing for another stage: " + e.getMessage(), e);
        }
    }

    private void addRecords(
            OutputId id, ShardInfo shard, List<Part> parts, @Nullable EntryEnd end, List<StreamRecord> records) {
        List<Part> together = new ArrayList<>();
        int bytes = 0;
        for (Part part : parts) {
            if (shard.range().contains(RoutingHash.of(part.key()))) {
                if (!together.isEmpty() && bytes + Parts.size(part) > MAX_PARTS_BYTES) {
                    records.add(packed(id, shard, new Parts(together, null)));
                    together.clear();
                    bytes = 0;
                }
                together.add(part);
                bytes += Parts.size(part);
            }
        }
        records.add(packed(id, shard, new Parts(together, end)));
    }

    private StreamRecord packed(OutputId id, ShardInfo shard, Parts parts) {
        UpstreamId from = new UpstreamId(id.stage(), id.partition());
        PackedRecord packed =
                new PackedRecord(id.pipeline(), from, stage, id.epoch(), id.number(), shard.range(), parts);
        // The shard's id as partition key: records of one key are written one after another.
        return StreamRecord.toShard(shard.shardId(), shard.range().first().toString(), packed.encode());
    }
}

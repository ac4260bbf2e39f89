package dev.millrace.exchange;

import dev.millrace.driver.ShardInfo;
import dev.millrace.engine.EntryEnd;
import dev.millrace.engine.Part;
import dev.millrace.engine.Parts;
import dev.millrace.engine.RoutingHash;
import dev.millrace.engine.UpstreamId;
import dev.millrace.format.ByteReader;
import dev.millrace.sink.EmissionException;
import dev.millrace.sink.IdentifiedOutput;
import dev.millrace.sink.OutputId;
import dev.millrace.sink.RecordWriter;
import dev.millrace.sink.StreamRecord;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Deals out what an entry has for a stage to the shards of the stage's stream, by the routing hashes of the keys. */
public final class Packer {
    /** Of parts, before compression; the rest of a record takes little. */
    private static final int MAX_PARTS_BYTES = RecordWriter.MAX_RECORD_BYTES - 64 * 1024;

    private Packer() {}

    /**
     * The records that carry an entry's outputs for a stage. Every shard gets the entry's end, whether or not there is a part
     * for it (X4).
     *
     * @param outputs all that the entry has for the stage, in order
     */
    public static List<StreamRecord> pack(String stage, List<IdentifiedOutput> outputs, List<ShardInfo> shards) {
        List<Part> parts = new ArrayList<>();
        @Nullable EntryEnd end = null;
        for (IdentifiedOutput output : outputs) {
            Parts some = partsOf(output);
            parts.addAll(some.parts());
            end = some.end();
        }
        List<BigInteger> hashes =
                parts.stream().map(part -> RoutingHash.of(part.key())).toList();
        List<StreamRecord> records = new ArrayList<>();
        for (ShardInfo shard : shards) {
            List<Part> ofShard = new ArrayList<>();
            for (int i = 0; i < parts.size(); i++) {
                if (shard.range().contains(hashes.get(i))) {
                    ofShard.add(parts.get(i));
                }
            }
            addRecords(stage, outputs.get(0).id(), shard, new Parts(ofShard, end), records);
        }
        return records;
    }

    private static void addRecords(String stage, OutputId id, ShardInfo shard, Parts all, List<StreamRecord> records) {
        List<Part> together = new ArrayList<>();
        int bytes = 0;
        for (Part part : all.parts()) {
            if (!together.isEmpty() && bytes + Parts.size(part) > MAX_PARTS_BYTES) {
                records.add(packed(stage, id, shard, new Parts(together, null)));
                together.clear();
                bytes = 0;
            }
            together.add(part);
            bytes += Parts.size(part);
        }
        records.add(packed(stage, id, shard, new Parts(together, all.end())));
    }

    private static StreamRecord packed(String stage, OutputId id, ShardInfo shard, Parts parts) {
        UpstreamId from = new UpstreamId(id.stage(), id.partition());
        PackedRecord packed =
                new PackedRecord(id.pipeline(), from, stage, id.epoch(), id.number(), shard.range(), parts);
        // The shard's id as partition key: records of one key are written one after another (X1).
        return StreamRecord.toShard(shard.shardId(), shard.range().first().toString(), packed.encode());
    }

    private static Parts partsOf(IdentifiedOutput output) {
        try {
            return Parts.decode(output.output().payload());
        } catch (ByteReader.Malformed e) {
            throw new EmissionException(
                    "output " + output.id() + " is nothing for another stage: " + e.getMessage(), e);
        }
    }
}

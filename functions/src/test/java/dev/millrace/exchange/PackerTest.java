package dev.millrace.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.driver.ShardInfo;
import dev.millrace.engine.EntryEnd;
import dev.millrace.engine.Exchanged;
import dev.millrace.engine.Output;
import dev.millrace.engine.Part;
import dev.millrace.engine.Parts;
import dev.millrace.engine.Progress;
import dev.millrace.engine.UpstreamId;
import dev.millrace.format.ByteWriter;
import dev.millrace.sink.EmissionException;
import dev.millrace.sink.IdentifiedOutput;
import dev.millrace.sink.OutputId;
import dev.millrace.sink.RecordWriter;
import dev.millrace.sink.StreamRecord;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackerTest {
    private static final OutputId ID = new OutputId("clicks", "source", "shardId-000000000007", 3, 41, 5);

    static IdentifiedOutput output(int index, List<Part> parts, boolean isLast) {
        EntryEnd end = new EntryEnd(1 << 20, 17, 18, EntryEnd.State.ACTIVE, Progress.NO_TIME, Progress.NO_TIME);
        ByteWriter payload = new ByteWriter();
        new Parts(parts, isLast ? end : null).write(payload);
        return new IdentifiedOutput(ID.at(index), new Output(Output.EXCHANGE + "by-user", payload.toByteArray()));
    }

    static Part part(int index, String key, byte[] accumulator) {
        return new Part(index, "counts", key.getBytes(StandardCharsets.UTF_8), index, index, accumulator);
    }

    private static List<PackedRecord> decoded(List<StreamRecord> records) throws UnreadablePackedRecordException {
        List<PackedRecord> decoded = new ArrayList<>();
        for (StreamRecord each : records) {
            decoded.add(PackedRecord.decode(each.data()));
        }
        return decoded;
    }

    @Test
    void aPartGoesToTheShardThatHasTheMd5OfItsKey() throws Exception {
        List<ShardInfo> shards = Shards.of(5);
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            parts.add(part(i, "user-" + i, new byte[] {1}));
        }

        List<StreamRecord> records = Packer.pack("by-user", List.of(output(0, parts, true)), shards);

        assertThat(records).hasSize(5);
        int seen = 0;
        for (int i = 0; i < 5; i++) {
            ShardInfo shard = shards.get(i);
            PackedRecord packed = PackedRecord.decode(records.get(i).data());
            assertThat(records.get(i).shardId()).isEqualTo(shard.shardId());
            assertThat(records.get(i).partitionKey()).isEqualTo(shard.shardId());
            assertThat(new BigInteger(String.valueOf(records.get(i).explicitHashKey())))
                    .isEqualTo(shard.range().first());
            assertThat(packed.range()).isEqualTo(shard.range());
            assertThat(packed.parts().parts()).isSortedAccordingTo((a, b) -> Integer.compare(a.index(), b.index()));
            for (Part part : packed.parts().parts()) {
                BigInteger md5 =
                        new BigInteger(1, MessageDigest.getInstance("MD5").digest(part.key()));
                assertThat(md5).isBetween(shard.range().first(), shard.range().last());
                assertThat(part).isEqualTo(parts.get(part.index()));
                seen++;
            }
        }
        assertThat(seen).isEqualTo(200);
    }

    @Test
    void x4_everyShardGetsTheEntrysEnd() throws Exception {
        List<PackedRecord> records = decoded(Packer.pack(
                "by-user", List.of(output(0, List.of(part(0, "a", new byte[1])), true)), Shards.of(4)));

        assertThat(records).hasSize(4).allSatisfy(packed -> {
            assertThat(packed.parts().end()).isNotNull();
            assertThat(packed.pipeline()).isEqualTo("clicks");
            assertThat(packed.from()).isEqualTo(new UpstreamId("source", "shardId-000000000007"));
            assertThat(packed.stage()).isEqualTo("by-user");
            assertThat(packed.epoch()).isEqualTo(3);
            assertThat(packed.entry()).isEqualTo(41);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 9, 40_000})
    void x1_whatDoesNotFitOneRecordTakesSeveralInOrder_andOnlyTheLastHasTheEnd(int accumulatorBytes) throws Exception {
        Random random = new Random(accumulatorBytes);
        List<IdentifiedOutput> outputs = new ArrayList<>();
        int index = 0;
        int total = 0;
        while (total < 5 << 19) {
            List<Part> parts = new ArrayList<>();
            for (int bytes = 0; bytes < 300 * 1024; index++) {
                byte[] accumulator = new byte[accumulatorBytes];
                random.nextBytes(accumulator);
                byte[] key = new byte[accumulatorBytes == 1 ? 3 : 20];
                random.nextBytes(key);
                // Sessions anywhere within years: what takes most bytes beside key and accumulator.
                long start = random.nextInt() * 100_000L;
                Part part = new Part(index, "counts", key, start, start + random.nextInt(90_000_000), accumulator);
                bytes += Parts.size(part);
                parts.add(part);
            }
            total += 300 * 1024;
            outputs.add(output(outputs.size(), parts, total >= 5 << 19));
        }

        List<StreamRecord> records = Packer.pack("by-user", outputs, Shards.of(1));

        List<PackedRecord> decoded = decoded(records);
        assertThat(records)
                .hasSizeGreaterThan(2)
                .allSatisfy(each -> assertThat(each.size()).isLessThanOrEqualTo(RecordWriter.MAX_RECORD_BYTES));
        for (int i = 0; i < decoded.size(); i++) {
            assertThat(decoded.get(i).parts().end() != null).isEqualTo(i == decoded.size() - 1);
        }
        List<Exchanged> all =
                decoded.stream().flatMap(each -> each.exchanged().stream()).toList();
        assertThat(all).hasSize(index + 1);
        for (int i = 0; i < index; i++) {
            assertThat(all.get(i).mark().index()).isEqualTo(i);
        }
        assertThat(all.get(index)).isInstanceOf(Exchanged.OfEnd.class);
    }

    @Test
    void whenAnOutputIsNothingForAStage_thenTheErrorNamesIt() {
        IdentifiedOutput rubbish = new IdentifiedOutput(ID, new Output(Output.EXCHANGE + "by-user", new byte[] {9}));

        assertThatThrownBy(() -> Packer.pack("by-user", List.of(rubbish), Shards.of(1)))
                .isInstanceOf(EmissionException.class)
                .hasMessageContaining(ID.toString());
    }
}

package dev.millrace.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.driver.ShardInfo;
import dev.millrace.engine.HashRange;
import dev.millrace.engine.Part;
import dev.millrace.sink.EmissionException;
import dev.millrace.sink.IdentifiedOutput;
import dev.millrace.testing.KinesisPeer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesis.KinesisClient;

class ExchangeEmitterTest {
    private static final List<IdentifiedOutput> SMALL =
            List.of(PackerTest.output(0, List.of(PackerTest.part(0, "a", new byte[] {1})), true));

    private final Shards shards = new Shards(1);
    private final KinesisPeer peer;
    private final KinesisClient kinesis;
    private final ExchangeEmitter emitter;

    ExchangeEmitterTest() throws IOException {
        peer = KinesisPeer.start("internal");
        kinesis = peer.client();
        emitter = new ExchangeEmitter("by-user", new InternalStream("internal", shards), kinesis, pause -> {});
    }

    @AfterEach
    void stop() {
        kinesis.close();
        peer.close();
    }

    @Test
    void theShardsAreReadOnce() {
        emitter.emit(SMALL);
        emitter.emit(SMALL);

        assertThat(shards.reads).isEqualTo(1);
        assertThat(peer.taken())
                .hasSize(2)
                .allSatisfy(taken -> assertThat(taken.partitionKey()).isEqualTo("shardId-000000000000"));
    }

    @Test
    void x2_whenARecordCameToAnotherShard_thenItIsNotEmitted_andTheShardsAreReadAnew() {
        peer.answer("shardId-000000000005");

        assertThatThrownBy(() -> emitter.emit(SMALL))
                .isInstanceOf(EmissionException.class)
                .hasMessageContaining("'internal'")
                .hasMessageContaining("shardId-000000000000")
                .hasMessageContaining("shardId-000000000005");

        ShardInfo again = new ShardInfo("shardId-000000000005", List.of(), HashRange.ALL, true);
        shards.listed = List.of(again);
        emitter.emit(SMALL);
        assertThat(shards.reads).isEqualTo(2);
    }

    @Test
    void x1_whenRecordsForOneShardAreRefused_thenTheyStandInOrderAllTheSame() throws Exception {
        Random random = new Random(1);
        List<IdentifiedOutput> outputs = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            byte[] accumulator = new byte[300 * 1024];
            random.nextBytes(accumulator);
            List<Part> parts = List.of(PackerTest.part(i, "user-" + i, accumulator));
            outputs.add(PackerTest.output(i, parts, i == 11));
        }
        // Each is refused once before it is taken.
        Set<Integer> refused = new HashSet<>();
        peer.refuse(candidate -> refused.add(candidate.data().length));

        emitter.emit(outputs);

        assertThat(refused).hasSizeGreaterThan(1);
        assertThat(peer.requestSizes()).allMatch(size -> size == 1).hasSizeGreaterThan(4);
        List<Integer> indexes = new ArrayList<>();
        for (KinesisPeer.Taken taken : peer.taken()) {
            PackedRecord packed = PackedRecord.decode(taken.data());
            packed.exchanged().forEach(each -> indexes.add(each.mark().index()));
        }
        assertThat(indexes).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 1 << 20);
    }

    @Test
    void whenTheInternalStreamWasResharded_thenTheErrorSaysSo() {
        ShardInfo open = Shards.of(1).get(0);
        ShardInfo closed = new ShardInfo(open.shardId(), List.of(), HashRange.ALL, false);
        ShardInfo child = new ShardInfo("shardId-000000000001", List.of("gone"), HashRange.ALL, true);
        for (ShardInfo strange : List.of(closed, child)) {
            shards.listed = List.of(strange);
            assertThatThrownBy(() -> emitter.emit(SMALL))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("internal stream 'internal' were split or merged (" + strange.shardId())
                    .hasMessageContaining("fixed when the pipeline is deployed");
        }
        assertThat(peer.taken()).isEmpty();
    }

    @Test
    void whenAShardIsNotKnown_thenTheListIsReadAnew() {
        InternalStream stream = new InternalStream("internal", shards);
        assertThatThrownBy(() -> stream.shard("shardId-000000000001"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'internal' has no shard shardId-000000000001");
        shards.listed = Shards.of(2);

        assertThat(stream.shard("shardId-000000000001")).isEqualTo(shards.listed.get(1));
    }
}

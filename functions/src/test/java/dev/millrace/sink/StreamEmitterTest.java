package dev.millrace.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Sink;
import dev.millrace.codec.Codecs;
import dev.millrace.engine.Output;
import dev.millrace.testing.KinesisPeer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesis.KinesisClient;

class StreamEmitterTest {
    private final List<Duration> pauses = new ArrayList<>();
    private final KinesisPeer peer;
    private final KinesisClient kinesis;

    StreamEmitterTest() throws IOException {
        peer = KinesisPeer.start("counts", "dead");
        kinesis = peer.client();
    }

    @AfterEach
    void stop() {
        kinesis.close();
        peer.close();
    }

    private StreamEmitter emitter(String stream, Sink.IdPlacement placement) {
        Sink.Stream<byte[]> target = new Sink.Stream<>(stream, value -> "", Codecs.bytes(), placement);
        return new StreamEmitter("out", target, kinesis, pauses::add);
    }

    private StreamEmitter emitter() {
        return emitter("counts", Sink.IdPlacement.FIRST_LINE);
    }

    private static Output output(String key, String data) {
        return Outputs.streamRecord("out", key, data);
    }

    /** What each record holds after its id's line. */
    private List<String> takenData(String key) {
        return peer.taken().stream()
                .filter(item -> item.partitionKey().equals(key))
                .map(item -> item.text().substring(item.text().indexOf('\n') + 1))
                .toList();
    }

    @Test
    void id_isTheFirstProperty() {
        emitter("counts", Sink.IdPlacement.JSON_PROPERTY)
                .emit(Outputs.entry(4, output("a", "{\"views\":1}"), output("b", "{ }"), output("c", "{\n \"x\":{}}")));

        assertThat(peer.taken())
                .extracting(KinesisPeer.Taken::text)
                .containsExactly(
                        "{\"millrace_id\":\"clickstream/counts/shardId-000000000000/1/4/0\",\"views\":1}",
                        "{\"millrace_id\":\"clickstream/counts/shardId-000000000000/1/4/1\" }",
                        "{\"millrace_id\":\"clickstream/counts/shardId-000000000000/1/4/2\",\n \"x\":{}}");
    }

    @Test
    void id_isTheFirstLine() {
        emitter().emit(Outputs.entry(4, output("a", "any\nbytes")));

        assertThat(peer.taken())
                .extracting(KinesisPeer.Taken::text)
                .containsExactly("clickstream/counts/shardId-000000000000/1/4/0\nany\nbytes");
    }

    @Test
    void whenRecordsAreRefused_thenOrderWithinAKeyIsKept() {
        // Every third record is refused twice, in which time Kinesis would take what follows it in the same request.
        Set<String> refusals = new HashSet<>();
        peer.refuse(item -> Integer.parseInt(item.text().replaceAll("(?s).*\n", "")) % 3 == 0
                && (refusals.add(item.text() + "#1") || refusals.add(item.text() + "#2")));

        emitter()
                .emit(Outputs.entry(
                        1,
                        IntStream.range(0, 60)
                                .mapToObj(i -> output("key-" + i % 7, Integer.toString(i)))
                                .toArray(Output[]::new)));

        assertThat(peer.taken()).hasSize(60);
        for (int key = 0; key < 7; key++) {
            int first = key;
            assertThat(takenData("key-" + key))
                    .containsExactlyElementsOf(IntStream.range(0, 60)
                            .filter(i -> i % 7 == first)
                            .mapToObj(Integer::toString)
                            .toList());
        }
        assertThat(pauses).isNotEmpty().allMatch(pause -> pause.compareTo(Duration.ofSeconds(2)) <= 0);
    }

    @Test
    void whenSomeRecordsAreRefused_thenOnlyThoseAreSentAgain() {
        Set<String> refused = new HashSet<>();
        peer.refuse(item -> item.text().endsWith("3") && refused.add(item.text()));

        emitter()
                .emit(Outputs.entry(
                        1,
                        IntStream.range(0, 10)
                                .mapToObj(i -> output("key-" + i, Integer.toString(i)))
                                .toArray(Output[]::new)));

        assertThat(peer.requestSizes()).containsExactly(10, 1);
        assertThat(peer.taken()).hasSize(10);
        assertThat(pauses).containsExactly(Duration.ofMillis(50));
    }

    @Test
    void whenRecordIsRefusedForGood_thenEmitterGivesUpAndSaysWhy() {
        peer.refuse(item -> item.partitionKey().equals("hot"));

        assertThatThrownBy(() -> emitter().emit(Outputs.entry(1, output("hot", "1"), output("cold", "2"))))
                .isInstanceOf(EmissionException.class)
                .hasMessageContaining("'counts'")
                .hasMessageContaining("ProvisionedThroughputExceededException")
                .hasMessageContaining("more shards");
        assertThat(takenData("cold")).containsExactly("2");
        assertThat(peer.requestSizes()).hasSize(11);
    }

    @Test
    void requests_keepToTheLimits() {
        emitter()
                .emit(Outputs.entry(
                        1,
                        IntStream.range(0, 1_201)
                                .mapToObj(i -> output("key-" + i, "x"))
                                .toArray(Output[]::new)));
        assertThat(peer.requestSizes()).containsExactly(500, 500, 201);

        String large = "x".repeat(1_000_000);
        emitter()
                .emit(Outputs.entry(
                        2,
                        IntStream.range(0, 11)
                                .mapToObj(i -> output("key-" + i, large))
                                .toArray(Output[]::new)));
        assertThat(peer.requestSizes().subList(3, 6)).containsExactly(5, 5, 1);
    }

    @Test
    void recordThatJustFits_isWritten_andOneByteMoreIsRefused() {
        OutputId id = Outputs.id(1, 1, 0);
        int fits = (1 << 20) - id.toString().length() - 1 - "key".length();

        emitter().emit(Outputs.entry(1, Outputs.streamRecord("out", "key", new byte[fits])));

        assertThat(peer.taken()).hasSize(1);
        assertThatThrownBy(() ->
                        emitter().emit(Outputs.entry(1, Outputs.streamRecord("out", "key", new byte[fits + 1]))))
                .isInstanceOf(EmissionException.class)
                .hasMessageContaining("sink 'out'")
                .hasMessageContaining("1048577 bytes");
        assertThat(peer.taken()).hasSize(1);
    }

    @Test
    void whenStreamIsMissing_thenMessageNamesIt() {
        assertThatThrownBy(
                        () -> emitter("nowhere", Sink.IdPlacement.FIRST_LINE).emit(Outputs.entry(1, output("a", "1"))))
                .isInstanceOf(EmissionException.class)
                .hasMessageContaining("stream 'nowhere' does not exist");
    }

    @Test
    void whenPayloadIsNoRecord_thenMessageNamesTheOutput() {
        assertThatThrownBy(() -> emitter().emit(Outputs.entry(1, new Output("out", new byte[] {9, 9, 1}))))
                .isInstanceOf(EmissionException.class)
                .hasMessageContaining("shardId-000000000000/1/1/0");
    }

    @Test
    void deadLetter_carriesItsIdAndGoesByItsShard() {
        new DeadLetterEmitter("dead", kinesis, pauses::add)
                .emit(Outputs.entry(
                        3,
                        Outputs.json(
                                Output.DEAD_LETTERS,
                                "{\"error\":{\"shard\":\"no\"},\"shard\":\"shardId-000000000007\",\"n\":1}"),
                        Outputs.json(Output.DEAD_LETTERS, "{\"error\":\"late\"}")));

        assertThat(peer.taken())
                .extracting(KinesisPeer.Taken::partitionKey)
                .containsExactly("shardId-000000000007", "clickstream/counts/shardId-000000000000/1/3/1");
        assertThat(peer.taken().get(1).text())
                .isEqualTo("{\"id\":\"clickstream/counts/shardId-000000000000/1/3/1\",\"error\":\"late\"}");
        // The letters of a shard share a partition key, and still a request.
        assertThat(peer.requestSizes()).containsExactly(2);
    }

    @Test
    void whenFullRequestsAreAllowed_thenOvertakenRecordsAreCounted() {
        Set<String> refused = new HashSet<>();
        peer.refuse(item -> item.text().equals("1") && refused.add(item.text()));
        RecordWriter writer = new RecordWriter(
                kinesis, "counts", RecordWriter.Order.WITHIN_PARTITION_KEY_UNLESS_REFUSED, pauses::add);

        writer.write(IntStream.range(0, 3)
                .mapToObj(i -> new StreamRecord("key", Integer.toString(i).getBytes(StandardCharsets.UTF_8)))
                .toList());

        assertThat(peer.taken()).extracting(KinesisPeer.Taken::text).containsExactly("0", "2", "1");
        assertThat(writer.written()).isEqualTo(3);
        assertThat(writer.overtaken()).isEqualTo(1);
    }
}

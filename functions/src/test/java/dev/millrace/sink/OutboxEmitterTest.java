package dev.millrace.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.CollectingSink;
import dev.millrace.EventStream;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Sink;
import dev.millrace.codec.Codecs;
import dev.millrace.engine.Output;
import dev.millrace.testing.DynamoDbLocalExtension;
import dev.millrace.testing.KinesisPeer;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

class OutboxEmitterTest {
    @RegisterExtension
    static final DynamoDbLocalExtension DYNAMO_DB = new DynamoDbLocalExtension();

    private final CollectingSink<String> collection = new CollectingSink<>("seen", Codecs.string());

    private Pipeline pipeline() {
        PipelineBuilder builder = Pipeline.named("clickstream").deadLetters("dead");
        EventStream<String> lines = builder.from("clicks", Codecs.string(), EventTime.ingestion());
        lines.collect(collection);
        lines.toStream("lines", line -> line, Codecs.string(), Sink.IdPlacement.FIRST_LINE);
        lines.toTable("routed", row -> row.key("line", line -> line));
        return builder.build();
    }

    @Test
    void threadsThatWriteRows_endOnceNothingIsToBeWritten() throws Exception {
        Thread writer = OutboxEmitter.rowWriters().submit(Thread::currentThread).get();

        writer.join(10_000);

        assertThat(writer.isAlive()).isFalse();
    }

    @Test
    void outputs_goToTheirSinks() throws IOException {
        DYNAMO_DB.createTable("routed", "line");
        try (KinesisPeer peer = KinesisPeer.start("lines", "dead");
                KinesisClient kinesis = peer.client();
                OutboxEmitter emitter =
                        new OutboxEmitter(pipeline(), DYNAMO_DB::client, () -> kinesis, duration -> {})) {
            var outbox = Outputs.entry(
                    1,
                    Outputs.json("collection:seen", "hello"),
                    Outputs.json("table:routed", "{\"line\":{\"S\":\"hello\"}}"),
                    Outputs.streamRecord("stream:lines", "hello", "hello"),
                    Outputs.json(Output.DEAD_LETTERS, "{\"shard\":\"shardId-000000000000\"}"));
            emitter.emit(outbox);
            emitter.emit(outbox);

            assertThat(peer.taken())
                    .extracting(KinesisPeer.Taken::stream)
                    .containsExactly("lines", "dead", "lines", "dead");
        }
        assertThat(collection.values()).containsExactly("hello");
        assertThat(DYNAMO_DB
                        .client()
                        .scan(request -> request.tableName("routed"))
                        .count())
                .isEqualTo(1);
    }

    @Test
    void whenSinkIsGone_thenNothingIsEmittedAndMessageNamesIt() {
        Pipeline collecting = collectingOnly();
        try (OutboxEmitter emitter = new OutboxEmitter(
                collecting, OutboxEmitterTest::noDynamoDb, OutboxEmitterTest::noKinesis, duration -> {})) {
            assertThatThrownBy(() -> emitter.emit(
                            Outputs.entry(1, Outputs.json("collection:seen", "hello"), Outputs.json("gone", "x"))))
                    .isInstanceOf(EmissionException.class)
                    .hasMessageContaining("sink 'gone'");
            assertThatThrownBy(() -> emitter.emit(Outputs.entry(1, Outputs.json(Output.DEAD_LETTERS, "{}"))))
                    .isInstanceOf(EmissionException.class)
                    .hasMessageContaining("deadLetters(stream)");
        }
        assertThat(collection.values()).isEmpty();
    }

    @Test
    void whenPipelineOnlyCollects_thenNoClientIsAskedFor() {
        try (OutboxEmitter emitter = new OutboxEmitter(
                collectingOnly(), OutboxEmitterTest::noDynamoDb, OutboxEmitterTest::noKinesis, duration -> {})) {
            emitter.emit(Outputs.entry(1, Outputs.json("collection:seen", "hello")));
        }
        assertThat(collection.values()).containsExactly("hello");
    }

    private Pipeline collectingOnly() {
        PipelineBuilder builder = Pipeline.named("p");
        builder.from("clicks", Codecs.string(), EventTime.ingestion()).collect(collection);
        return builder.build();
    }

    private static DynamoDbClient noDynamoDb() {
        throw new AssertionError("a client that no sink needs");
    }

    private static KinesisClient noKinesis() {
        throw new AssertionError("a client that no sink needs");
    }
}

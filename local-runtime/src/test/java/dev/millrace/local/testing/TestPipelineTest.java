package dev.millrace.local.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Aggregations;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.PipelineDefinition;
import dev.millrace.PipelineException;
import dev.millrace.Result;
import dev.millrace.codec.Codecs;
import dev.millrace.local.mapping.DeliveryException;
import dev.millrace.state.dynamodb.StateTable;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TestPipelineTest {
    private static RunningBackend backend;
    private boolean isMended;
    private TestPipeline pipeline;

    @BeforeAll
    static void startBackend() {
        backend = Backend.embedded().start();
    }

    @AfterAll
    static void closeBackend() {
        backend.close();
    }

    @BeforeEach
    void start() {
        pipeline = TestPipeline.start(
                counts(), backend, TestOptions.defaults().withShards(1).withBatchSize(2));
    }

    @AfterEach
    void close() {
        pipeline.close();
    }

    /** Adds numbers by the first letters of texts; throws at a question mark until it is mended. */
    private Pipeline counts() {
        PipelineBuilder builder = Pipeline.named("counts");
        builder.from("texts", Codecs.string(), EventTime.ingestion())
                .map(this::checked)
                .keyByPartitionKey(text -> text.substring(0, 1))
                .aggregate(Aggregations.sumDouble(text -> Double.parseDouble(text.substring(1))))
                .toTable("sums", row -> row.key("first_letter", Result::key).attribute("sum", Result::value));
        return builder.build();
    }

    private String checked(String text) {
        if (text.startsWith("?") && !isMended) {
            throw new IllegalArgumentException("what is " + text);
        }
        return text;
    }

    /** Not public, so that nobody can make one. */
    static final class Hidden implements PipelineDefinition {
        @Override
        public Pipeline define() {
            throw new IllegalStateException("is never asked");
        }
    }

    @Test
    void nothingIsProcessed_beforeItIsToldTo() {
        pipeline.put("a", "a1");

        assertThat(pipeline.rows("sums")).isEmpty();
        pipeline.process();
        assertThat(pipeline.rows("sums")).containsExactly(Map.of("first_letter", "a", "sum", 1L));
    }

    @Test
    void asMuchMayBePut_asOneRequestCannotHold() {
        int records = 110;
        String number = "1." + "0".repeat(50_000);

        pipeline.putAll(Collections.nCopies(records, "a" + number), record -> "a");
        pipeline.process();

        assertThat(pipeline.rows("sums")).containsExactly(Map.of("first_letter", "a", "sum", (long) records));
    }

    @Test
    void rows_areOfTheirTypes_inTheOrderOfTheirKeys() {
        record Sum(String firstLetter, double sum) {}
        pipeline.put("b", "b2", "b1.5");
        pipeline.put("a", "a1");

        pipeline.process();

        assertThat(pipeline.rows("sums", Sum.class)).containsExactly(new Sum("a", 1), new Sum("b", 3.5));
        record Strange(List<String> sum) {}
        assertThatThrownBy(() -> pipeline.rows("sums", Strange.class)).hasMessageContaining("first_letter=a");
    }

    @Test
    void whereTheFunctionThrows_theTestLearnsWhereAtOnce_andGoesOnOnceItIsMended() {
        pipeline.put("?", "?1");
        pipeline.put("a", "a1");

        assertThatThrownBy(() -> pipeline.process())
                .isInstanceOf(DeliveryException.class)
                .hasMessageContaining("shardId-000000000000 of stream 'texts'");

        isMended = true;
        pipeline.process();
        assertThat(pipeline.rows("sums")).hasSize(2);
    }

    @Test
    void whatCannotBe_isRefused_andSaysSo() {
        assertThatThrownBy(() -> pipeline.advance(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("does not go back");
        assertThatThrownBy(() -> pipeline.split(1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("shard 1 of stream 'texts'");
        pipeline.split(0);
        assertThatThrownBy(() -> pipeline.merge(1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 to 0");
    }

    @Test
    void timePasses_onlyAsTheTestSays() {
        var before = pipeline.now();

        // Longer than an iterator lives.
        pipeline.advance(Duration.ofMinutes(10));
        pipeline.put("a", "a1");
        pipeline.process();

        assertThat(pipeline.now()).isEqualTo(before.plus(Duration.ofMinutes(10)));
        assertThat(pipeline.rows("sums")).hasSize(1);
    }

    @Test
    void whatThePipelineDoesNotHave_isNamedWithWhatItHas() {
        assertThatThrownBy(() -> pipeline.rows("sum"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("pipeline 'counts' has no table of results 'sum'; it has sums");
        assertThatThrownBy(() -> pipeline.records("sums")).hasMessageContaining("no stream of results 'sums'");
        assertThatThrownBy(() -> pipeline.deadLetters()).hasMessageContaining("no stream for dead letters");
    }

    @Test
    void aClassThatDefinesNoPipeline_isRefusedWithTheReason() {
        assertThatThrownBy(() -> TestPipeline.start(Hidden.class))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining(Hidden.class.getName())
                .hasMessageContaining("must be public");
    }

    @Test
    void onceItIsClosed_itsStreamsAndTablesAreGone() {
        pipeline.close();

        assertThat(backend.clients().kinesis().listStreams().streamNames()).isEmpty();
        assertThat(backend.clients().dynamoDb().listTables().tableNames()).isEmpty();
    }

    @Test
    void whereATableExists_nothingIsMadeBesideIt() {
        pipeline.close();
        backend.clients().dynamoDb().createTable(StateTable.createRequest("sums"));

        // So many shards that making a stream would be what fails.
        assertThatThrownBy(() -> TestPipeline.start(
                        counts(), backend, TestOptions.defaults().withShards(1_000_000)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("where there is already table 'sums'");

        assertThat(backend.clients().dynamoDb().listTables().tableNames()).containsExactly("sums");
        backend.clients().dynamoDb().deleteTable(request -> request.tableName("sums"));
    }

    @Test
    void optionsOutOfBounds_areRefusedAtOnce() {
        TestOptions defaults = TestOptions.defaults();

        assertThatThrownBy(() -> defaults.withShards(0)).hasMessage("a stream has 1 or more shards, and not 0");
        assertThatThrownBy(() -> defaults.withBatchSize(10_001))
                .hasMessage("the batch size is 10001, and must be 1 to 10000");
        assertThatThrownBy(() -> defaults.withIdleTimeout(Duration.ZERO))
                .hasMessage("the idle timeout is PT0S, and must be more than zero");
    }

    @Test
    void anEndpointThatCannotBe_isNamed() {
        String before = System.getProperty(Backend.PROPERTY);
        try {
            System.setProperty(Backend.PROPERTY, "nonsense");
            assertThatThrownBy(Backend::configured)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("millrace.it.endpoint is 'nonsense'");
        } finally {
            if (before == null) {
                System.clearProperty(Backend.PROPERTY);
            } else {
                System.setProperty(Backend.PROPERTY, before);
            }
        }
    }

    @Test
    void anyEndpoint_isPolledByTheSdk_andItsTimeIsWaitedFor() {
        URI uri = backend.clients()
                .kinesis()
                .serviceClientConfiguration()
                .endpointOverride()
                .orElseThrow();
        pipeline.close();
        try (RunningBackend other = Backend.endpoint(uri).start();
                TestPipeline polled = TestPipeline.start(counts(), other, TestOptions.defaults())) {
            assertThat(other.drivesClock()).isFalse();
            polled.put("a", "a1");
            polled.advance(Duration.ofMillis(10));
            polled.split(0);
            polled.put("a", "a2");
            polled.process();

            assertThat(polled.rows("sums")).containsExactly(Map.of("first_letter", "a", "sum", 3L));
        }
    }
}

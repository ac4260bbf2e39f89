package dev.millrace.driver;

import static dev.millrace.driver.Rig.SIZE;
import static dev.millrace.driver.Rig.batch;
import static dev.millrace.driver.Rig.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Aggregation;
import dev.millrace.Aggregations;
import dev.millrace.CollectingSink;
import dev.millrace.ErrorPolicy;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Windows;
import dev.millrace.codec.Codecs;
import dev.millrace.engine.NotEncodableException;
import dev.millrace.exchange.PackedRecord;
import dev.millrace.plan.Stage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An accumulator that its codec does not take: JSON can say half of a surrogate pair, which has no bytes. */
class NotEncodableTest {
    private static final String HALF = "\ud83d";

    private static Aggregation<Reading, ?, String> greatestText() {
        return Aggregations.max(reading -> reading.text().equals("half") ? HALF : reading.text(), Codecs.string());
    }

    @ParameterizedTest
    @EnumSource
    void stored_thePolicyDecides_andTheRecordsAroundItAreCommitted(ErrorPolicy policy) {
        Rig rig = Rig.of(
                policy,
                readings -> readings.keyByPartitionKey(Reading::key)
                        .window(Windows.tumbling(SIZE))
                        .aggregate(greatestText())
                        .collect(new CollectingSink<>("results", new Rig.ResultText<>())));
        PartitionDriver environment = rig.environment();
        BatchItem[] items = {
            item(1, "a", 10, "x"), item(2, "b", 10, "x"), item(3, "b", 20, "half"), item(4, "b", 30, "y")
        };

        BatchResult result = environment.apply(batch(items));

        if (policy == ErrorPolicy.FAIL) {
            assertThat(result).isInstanceOfSatisfying(BatchResult.FailedAt.class, failed -> {
                assertThat(failed.sequenceNumber()).isEqualTo("3");
                assertThat(failed.message()).contains("cannot store its state of key 'b'", "surrogate");
            });
        } else {
            assertThat(result).isEqualTo(new BatchResult.Done());
            environment.apply(batch(item(5, "c", 150)));
            assertThat(rig.results()).containsExactly("a 0-100: x", "b 0-100: y");
            assertThat(rig.letters())
                    .isEqualTo(policy == ErrorPolicy.DEAD_LETTER ? List.of("processing-failed 3") : List.of());
        }
    }

    @ParameterizedTest
    @EnumSource
    void sent_thePolicyDecides_andTheRecordsAroundItAreSent(ErrorPolicy policy) throws Exception {
        PipelineBuilder builder = Pipeline.named("readings").onError(policy);
        if (policy == ErrorPolicy.DEAD_LETTER) {
            builder.deadLetters("letters");
        }
        builder.from("source", Reading.CODEC, Rig.eventTime())
                .keyBy(Reading::key)
                .named("by-key")
                .window(Windows.tumbling(SIZE))
                .aggregate(greatestText())
                .collect(new CollectingSink<>("results", new Rig.ResultText<>()));
        StagesRig rig = new StagesRig(builder.build(), new TestStream(1), 1);
        Stage source = rig.plan.stages().get(0);
        TestStream.Shard shard = rig.input(source).all().get(0);
        for (int i = 0; i < 5; i++) {
            Reading reading = new Reading("k" + i, Rig.BASE + i, i == 2 ? "half" : "x");
            rig.input(source).put(shard, "p", reading.encoded(), Rig.BASE + i);
        }

        BatchResult result = rig.environment(source).apply(shard, shard.records);

        List<String> sent = new ArrayList<>();
        for (BatchItem item : rig.input(rig.plan.stages().get(1)).all().get(0).records) {
            PackedRecord.decode(item.record().data())
                    .parts()
                    .parts()
                    .forEach(part -> sent.add(new String(part.key(), StandardCharsets.UTF_8)));
        }
        if (policy == ErrorPolicy.FAIL) {
            assertThat(result)
                    .isInstanceOfSatisfying(
                            BatchResult.FailedAt.class,
                            failed -> assertThat(failed.message())
                                    .contains("operator 'by-key/aggregate' cannot send what it has of key 'k2'"));
            assertThat(sent).containsExactly("k0", "k1");
        } else {
            assertThat(result).isEqualTo(new BatchResult.Done());
            assertThat(sent).containsExactly("k0", "k1", "k3", "k4");
            assertThat(Rig.letters(rig.emitter))
                    .isEqualTo(policy == ErrorPolicy.DEAD_LETTER ? List.of("processing-failed 3") : List.of());
        }
    }

    /** A session that was stored is touched by a firing: the record that brings it is not to blame. */
    @ParameterizedTest
    @EnumSource
    void whereAFiringIsToBlame_noRecordOfAnotherKeyIsPassedOver(ErrorPolicy policy) {
        GrowingState state = new GrowingState(2_500);
        Rig rig = Rig.of(
                policy,
                readings -> readings.keyByPartitionKey(Reading::key)
                        .window(Windows.session(SIZE).withAllowedLateness(SIZE))
                        .aggregate(Aggregations.reduce((left, right) -> right, state))
                        .collect(new CollectingSink<>("results", new Rig.ResultText<>())));
        PartitionDriver environment = rig.environment();
        environment.apply(batch(item(1, "b", 10)));
        state.refused.add("b");
        Batch batch = batch(item(2, "a", 20), item(3, "a", 115), item(4, "a", 120));

        assertThatThrownBy(() -> environment.apply(batch))
                .isInstanceOf(NotEncodableException.class)
                .hasMessageContaining("key 'b'");

        assertThat(environment.counts()).isEmpty();
        state.refused.clear();
        assertThat(environment.apply(batch)).isEqualTo(new BatchResult.Done());
        assertThat(rig.letters()).isEmpty();
    }
}

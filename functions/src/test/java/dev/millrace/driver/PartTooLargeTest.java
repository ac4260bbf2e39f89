package dev.millrace.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Aggregations;
import dev.millrace.CollectingSink;
import dev.millrace.ErrorPolicy;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Windows;
import dev.millrace.exchange.PackedRecord;
import dev.millrace.plan.Stage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What one key would have sent to another stage is larger than anything that can be sent. */
class PartTooLargeTest {
    private static StagesRig rig(ErrorPolicy policy) {
        PipelineBuilder builder = Pipeline.named("readings").onError(policy);
        if (policy == ErrorPolicy.DEAD_LETTER) {
            builder.deadLetters("letters");
        }
        builder.from("source", Reading.CODEC, Rig.eventTime())
                .keyBy(Reading::key)
                .named("by-key")
                .window(Windows.tumbling(Rig.SIZE))
                .aggregate(Aggregations.reduce((left, right) -> right, Reading.CODEC))
                .collect(new CollectingSink<>("results", new Rig.ResultText<>()));
        return new StagesRig(builder.build(), new TestStream(1), 1);
    }

    @ParameterizedTest
    @EnumSource
    void thePolicyDecides_andTheRecordsAroundItAreSent(ErrorPolicy policy) throws Exception {
        StagesRig rig = rig(policy);
        Stage source = rig.plan.stages().get(0);
        TestStream.Shard shard = rig.input(source).all().get(0);
        for (int i = 0; i < 5; i++) {
            Reading reading = new Reading("k" + i, Rig.BASE + i, i == 2 ? "x".repeat(400_000) : "x");
            rig.input(source).put(shard, "p", reading.encoded(), Rig.BASE + i);
        }
        StagesRig.Environment environment = rig.environment(source);

        BatchResult result = environment.apply(shard, shard.records);

        List<String> sent = new ArrayList<>();
        Stage byKey = rig.plan.stages().get(1);
        for (BatchItem item : rig.input(byKey).all().get(0).records) {
            PackedRecord.decode(item.record().data())
                    .parts()
                    .parts()
                    .forEach(part -> sent.add(new String(part.key(), StandardCharsets.UTF_8)));
        }
        if (policy == ErrorPolicy.FAIL) {
            assertThat(result).isInstanceOfSatisfying(BatchResult.FailedAt.class, failed -> {
                assertThat(failed.sequenceNumber()).isEqualTo("3");
                assertThat(failed.message()).contains("operator 'by-key/aggregate' sends", "limit of 358400");
            });
            assertThat(sent).containsExactly("k0", "k1");
        } else {
            assertThat(result).isEqualTo(new BatchResult.Done());
            assertThat(sent).containsExactly("k0", "k1", "k3", "k4");
            assertThat(Rig.letters(rig.emitter))
                    .isEqualTo(policy == ErrorPolicy.DEAD_LETTER ? List.of("processing-failed 3") : List.of());
        }
    }
}

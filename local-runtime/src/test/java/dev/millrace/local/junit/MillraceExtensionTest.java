package dev.millrace.local.junit;

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
import dev.millrace.local.testing.Backend;
import dev.millrace.local.testing.RunningBackend;
import dev.millrace.local.testing.TestPipeline;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MillraceExtensionTest {
    private static Pipeline texts() {
        PipelineBuilder builder = Pipeline.named("texts");
        builder.from("texts", Codecs.string(), EventTime.ingestion())
                .keyByPartitionKey(text -> text)
                .aggregate(Aggregations.count())
                .toTable("counts", row -> row.key("text", Result::key).attribute("count", Result::value));
        return builder.build();
    }

    private static MillraceExtension extension() {
        return MillraceExtension.of(MillraceExtensionTest::texts).at(Backend.embedded());
    }

    /** One backend, and pipelines that know nothing of each other. */
    @Nested
    class InAStaticField {
        @RegisterExtension
        static final MillraceExtension MILLRACE = extension().withShards(3);

        private static final Set<RunningBackend> BACKENDS = new HashSet<>();

        @RepeatedTest(2)
        void eachTest_beginsAnewAtTheSameBackend(TestPipeline pipeline) {
            BACKENDS.add(MILLRACE.backend());
            pipeline.put("a", "a");
            pipeline.process();

            assertThat(pipeline).isSameAs(MILLRACE.pipeline());
            assertThat(pipeline.openShards()).isEqualTo(3);
            assertThat(pipeline.rows("counts"))
                    .hasSize(1)
                    .allSatisfy(row -> assertThat(row).containsEntry("count", 1L));
            assertThat(BACKENDS).hasSize(1);
        }
    }

    /** Classes that are nested in the one with the field share its backend, whichever of them is done first. */
    @Nested
    class AroundNestedClasses {
        @RegisterExtension
        static final MillraceExtension MILLRACE = extension();

        private static final Set<RunningBackend> BACKENDS = new HashSet<>();

        @Nested
        class One {
            @Test
            void sharesTheBackend() {
                BACKENDS.add(MILLRACE.backend());
                assertThat(BACKENDS).hasSize(1);
            }
        }

        @Nested
        class Other {
            @Test
            void sharesTheBackend() {
                BACKENDS.add(MILLRACE.backend());
                assertThat(BACKENDS).hasSize(1);
            }
        }
    }

    /** A backend for each test. */
    @Nested
    class InAnInstanceField {
        @RegisterExtension
        final MillraceExtension millrace = extension();

        private static final Set<RunningBackend> BACKENDS = new HashSet<>();

        @RepeatedTest(2)
        void eachTest_hasABackendOfItsOwn() {
            assertThat(BACKENDS.add(millrace.backend())).isTrue();
        }
    }

    /** A pipeline that cannot run fails the test that asks for it, and says why. */
    @Nested
    class WithoutAPipeline {
        @RegisterExtension
        final MillraceExtension millrace =
                MillraceExtension.of(Unfinished.class).at(Backend.embedded());

        @Test
        void theTest_learnsWhy() {
            assertThatThrownBy(millrace::pipeline)
                    .isInstanceOf(PipelineException.class)
                    .hasMessageContaining(Unfinished.class.getName())
                    .hasMessageContaining("threw in define(): java.lang.IllegalStateException: not yet");
        }
    }

    /** Has no pipeline to give. */
    public static final class Unfinished implements PipelineDefinition {
        @Override
        public Pipeline define() {
            throw new IllegalStateException("not yet");
        }
    }
}

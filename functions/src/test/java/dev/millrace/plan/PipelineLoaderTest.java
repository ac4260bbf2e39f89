package dev.millrace.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Pipeline;
import dev.millrace.PipelineDefinition;
import dev.millrace.PipelineException;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PipelineLoaderTest {
    /** Defines a pipeline as it should. */
    public static class Good implements PipelineDefinition {
        @Override
        public Pipeline define() {
            return Pipeline.named("good").build();
        }
    }

    abstract static class Abstract implements PipelineDefinition {}

    /** Cannot be made from outside. */
    public static final class Hidden extends Good {
        private Hidden() {}
    }

    /** Needs something. */
    public static final class Needy extends Good {
        public Needy(String needed) {
            assertThat(needed).isNotNull();
        }
    }

    /** Fails while it is made. */
    public static final class Throwing extends Good {
        public Throwing() {
            throw new IllegalStateException("no luck");
        }
    }

    /** Fails as it defines. */
    public static final class ThrowingInDefine extends Good {
        @Override
        public Pipeline define() {
            throw new IllegalStateException("no idea");
        }
    }

    /** Defines nothing. */
    @NullUnmarked
    public static final class Nothing extends Good {
        @Override
        public Pipeline define() {
            return null;
        }
    }

    private static Pipeline load(String className) {
        return PipelineLoader.load(className, PipelineLoaderTest.class.getClassLoader());
    }

    @Test
    void aPublicClassWithAPublicConstructor_definesAPipeline() {
        assertThat(load(Good.class.getName()).name()).isEqualTo("good");
    }

    @ParameterizedTest
    @CsvSource({
        "com.example.Missing, is not on the class path",
        "java.lang.String, does not implement dev.millrace.PipelineDefinition",
        "dev.millrace.PipelineDefinition, is abstract",
        "dev.millrace.plan.PipelineLoaderTest$Abstract, is abstract",
        "dev.millrace.plan.PipelineLoaderTest$Hidden, public constructor without parameters",
        "dev.millrace.plan.PipelineLoaderTest$Needy, public constructor without parameters",
        "dev.millrace.plan.PipelineLoaderTest$Throwing, threw in its constructor: java.lang.IllegalStateException: no luck",
        "dev.millrace.plan.PipelineLoaderTest$ThrowingInDefine, threw in define(): java.lang.IllegalStateException: no idea",
        "dev.millrace.plan.PipelineLoaderTest$Nothing, gave null in define()",
    })
    void whatCannotDefineAPipeline_isNamedWithTheReason(String className, String why) {
        assertThatThrownBy(() -> load(className))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("'" + className + "'")
                .hasMessageContaining(why);
    }
}

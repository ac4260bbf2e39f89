package dev.millrace.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class OutputIdTest {
    @Test
    void text_isThePlaceOfTheOutput() {
        assertThat(Outputs.id(1, 42, 0)).hasToString("clickstream/counts/shardId-000000000000/1/42/0");
    }

    @Property
    void differentOutputs_haveDifferentTexts(@ForAll("ids") OutputId left, @ForAll("ids") OutputId right) {
        assertThat(left.toString().equals(right.toString())).isEqualTo(left.equals(right));
    }

    @Provide
    Arbitrary<OutputId> ids() {
        Arbitrary<String> names =
                Arbitraries.strings().withChars("a1").ofMinLength(1).ofMaxLength(2);
        Arbitrary<String> stages =
                Arbitraries.strings().withChars("a1/:").ofMinLength(1).ofMaxLength(5);
        Arbitrary<Long> numbers = Arbitraries.longs().between(0, 2);
        return Combinators.combine(
                        names,
                        stages,
                        names,
                        numbers,
                        numbers,
                        Arbitraries.integers().between(0, 2))
                .as(OutputId::new);
    }

    @Test
    void nameThatTextCannotHold_isRefused() {
        assertThatThrownBy(() -> new OutputId("click\"stream", "counts", "s", 1, 1, 0))
                .hasMessageContaining("click\"stream")
                .hasMessageContaining("pipeline");
        assertThatThrownBy(() -> new OutputId("p", "s", "a/b", 1, 1, 0)).hasMessageContaining("partition");
        assertThatThrownBy(() -> new OutputId("p", "s", "a", 1, -1, 0)).hasMessageContaining("-1");
    }

    @Property
    void versionTexts_areOrderedAsVersions(@ForAll("versions") RowVersion left, @ForAll("versions") RowVersion right) {
        int order = Arrays.compare(
                left.toString().getBytes(StandardCharsets.UTF_8),
                right.toString().getBytes(StandardCharsets.UTF_8));

        assertThat(Integer.signum(order)).isEqualTo(Integer.signum(left.compareTo(right)));
        assertThat(left.toString()).hasSize(50);
    }

    @Provide
    Arbitrary<RowVersion> versions() {
        Arbitrary<Long> numbers = Arbitraries.longs().between(0, Long.MAX_VALUE);
        Arbitrary<Long> close = Arbitraries.longs().between(0, 11);
        return Combinators.combine(
                        Arbitraries.oneOf(numbers, close),
                        Arbitraries.oneOf(numbers, close),
                        Arbitraries.integers().between(0, Integer.MAX_VALUE))
                .as(RowVersion::new);
    }
}

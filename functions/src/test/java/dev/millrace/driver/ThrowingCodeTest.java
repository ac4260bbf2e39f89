package dev.millrace.driver;

import static dev.millrace.driver.Rig.batch;
import static dev.millrace.driver.Rig.item;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Aggregation;
import dev.millrace.CollectingSink;
import dev.millrace.Emission;
import dev.millrace.ErrorPolicy;
import dev.millrace.EventStream;
import dev.millrace.KeyedStream;
import dev.millrace.Result;
import dev.millrace.Windows;
import dev.millrace.codec.Codec;
import dev.millrace.codec.Codecs;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** L2: wherever the user's code throws, whatever it throws, nothing of the attempt is left once the batch comes again. */
class ThrowingCodeTest {
    private static final class Planned extends RuntimeException {}

    private static final class PlannedError extends Error {}

    /** The user's code, which throws at one of its calls. */
    private static final class Code {
        private final int throwingAt;
        private final boolean throwsErrors;
        private int calls;

        private Code(int throwingAt, boolean throwsErrors) {
            this.throwingAt = throwingAt;
            this.throwsErrors = throwsErrors;
        }

        private <T> T call(T value) {
            calls++;
            if (calls == throwingAt) {
                if (throwsErrors) {
                    throw new PlannedError();
                }
                throw new Planned();
            }
            return value;
        }
    }

    /** Appends texts in place, and may throw when half of that is done. */
    private record Texts(Code code) implements Aggregation<Reading, StringBuilder, String> {
        @Override
        public StringBuilder create() {
            return code.call(new StringBuilder());
        }

        @Override
        public StringBuilder add(StringBuilder texts, Reading reading) {
            return code.call(texts.append(reading.text()));
        }

        @Override
        public StringBuilder merge(StringBuilder left, StringBuilder right) {
            return code.call(new StringBuilder(left).append(right));
        }

        @Override
        public String result(StringBuilder texts) {
            return code.call(texts.toString());
        }

        @Override
        public Codec<StringBuilder> accumulatorCodec() {
            return new Codec<>() {
                @Override
                public byte[] encode(StringBuilder texts) {
                    return code.call(texts.toString().getBytes(StandardCharsets.UTF_8));
                }

                @Override
                public StringBuilder decode(byte[] bytes) {
                    return code.call(new StringBuilder(new String(bytes, StandardCharsets.UTF_8)));
                }
            };
        }
    }

    private record Keys(Code code) implements Codec<String> {
        @Override
        public byte[] encode(String key) {
            return code.call(key.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String decode(byte[] bytes) {
            return code.call(new String(bytes, StandardCharsets.UTF_8));
        }
    }

    private static void operators(EventStream<Reading> readings, Code code) {
        KeyedStream<String, Reading> keyed = readings.keyByPartitionKey(Reading::key, new Keys(code));
        keyed.window(Windows.sliding(Duration.ofMillis(100), Duration.ofMillis(50)))
                .aggregate(new Texts(code))
                .peek(code::call)
                .collect(new CollectingSink<>("sliding", new Rig.ResultText<>()));
        keyed.window(Windows.session(Duration.ofMillis(40)).withAllowedLateness(Duration.ofMillis(60)))
                .aggregate(new Texts(code))
                .emit(Emission.every(Duration.ofSeconds(2)))
                .filter(Result::isFinal)
                .peek(code::call)
                .collect(new CollectingSink<>("sessions", new Rig.ResultText<>()));
        keyed.aggregate(new Texts(code))
                .emit(Emission.onUpdate())
                .map(result -> result.key() + ": " + code.call(result.value()))
                .collect(new CollectingSink<>("running", Codecs.string()));
    }

    private static final List<Batch> BATCHES = List.of(
            batch(item(1, "a", 10, "a"), item(2, "b", 20, "b"), item(3, "a", 30, "c")),
            batch(item(4, "b", 55, "d"), item(5, "a", 65, "e")),
            batch(item(6, "a", 60, "f"), item(7, "b", 130, "g"), item(8, "a", 90, "h")),
            batch(item(9, "b", 210, "i"), item(10, "a", 180, "j"), item(11, "a", 220, "k")),
            batch(item(12, "b", 600, "l"), item(13, "a", 600, "m")));

    /** Two environments take turns; what fails comes again. */
    private static List<String> run(Code code) {
        Rig rig = Rig.of(ErrorPolicy.FAIL, readings -> operators(readings, code));
        List<PartitionDriver> environments = List.of(rig.environment(), rig.environment());
        for (int i = 0; i < BATCHES.size(); i++) {
            PartitionDriver environment = environments.get(i % 2);
            if (!isDone(environment, BATCHES.get(i))) {
                assertThat(isDone(environment, BATCHES.get(i))).isTrue();
            }
        }
        List<String> results = new ArrayList<>(rig.emitter.outputs("collection:sliding"));
        results.addAll(rig.emitter.outputs("collection:sessions"));
        for (String key : List.of("a: ", "b: ")) {
            results.add(rig.emitter.outputs("collection:running").stream()
                    .filter(text -> text.startsWith(key))
                    .reduce("", (before, text) -> text));
        }
        return results;
    }

    private static boolean isDone(PartitionDriver environment, Batch batch) {
        try {
            return environment.apply(batch) instanceof BatchResult.Done;
        } catch (PlannedError e) {
            return false;
        } catch (RuntimeException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof Planned) {
                    return false;
                }
            }
            throw e;
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void l2_whereverTheUsersCodeThrowsOnce_thenResultsAreThoseOfARunWithoutFaults(boolean throwsErrors) {
        Code faultless = new Code(-1, throwsErrors);
        List<String> expected = run(faultless);
        assertThat(expected).hasSizeGreaterThan(15).doesNotHaveDuplicates();
        assertThat(faultless.calls).isGreaterThan(100);

        for (int at = 1; at <= faultless.calls; at++) {
            assertThat(run(new Code(at, throwsErrors)))
                    .as("throws at call %d", at)
                    .isEqualTo(expected);
        }
        assertThat(expected).contains("a: acefhjkm");
    }
}

package dev.millrace.local.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever a function's process answers is a response, or a function's error. */
class ResponsesFuzzTest {
    private static final List<String> VALID = List.of(
            "{\"batchItemFailures\":[{\"itemIdentifier\":\"49590338271490256608559692538361571095921575989136588898\"}]}",
            "{\"batchItemFailures\":[]}",
            "{\"errorMessage\":\"no\",\"errorType\":\"java.lang.Error\",\"stackTrace\":[\"a\",\"b\"]}",
            "null");

    private static void read(byte[] body) {
        try {
            assertThat(EventJson.response(body)).isNotNull();
        } catch (FunctionErrorException e) {
            assertThat(e).hasMessageContaining("no response to a batch");
        }
        assertThat(ErrorBody.describe(body)).hasSizeLessThan(2_100).doesNotContain("\n");
    }

    @Property
    void whateverIsAnswered_isReadOrRefused(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] body = VALID.get(random.nextInt(VALID.size())).getBytes(StandardCharsets.UTF_8);
        for (int changes = random.nextInt(5); changes > 0; changes--) {
            body[random.nextInt(body.length)] =
                    random.nextBoolean() ? (byte) "{}[],:\"0n\\".charAt(random.nextInt(10)) : (byte) random.nextInt();
        }
        read(body);
    }

    @Example
    void deepNesting_isRefused() {
        for (String open : List.of("[", "{\"batchItemFailures\":[", "{\"errorType\":")) {
            read(open.repeat(100_000).getBytes(StandardCharsets.UTF_8));
        }
    }
}

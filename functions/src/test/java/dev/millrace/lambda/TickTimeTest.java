package dev.millrace.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.Context;
import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.ErrorPolicy;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A tick that has not the time for all shards (T1). */
class TickTimeTest extends MeteredHandler {
    private static final int TICK_MILLIS = 4_000;

    TickTimeTest() throws IOException {}

    /** Time of which the first tick takes four seconds. */
    private static Context withMillis(int millis) {
        int[] asked = {0};
        return (Context) Proxy.newProxyInstance(
                Context.class.getClassLoader(), new Class<?>[] {Context.class}, (proxy, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("getRemainingTimeInMillis");
                    // The first question is asked before the first tick, the second after it.
                    return millis - (asked[0]++ == 0 ? 0 : TICK_MILLIS);
                });
    }

    @Test
    void whenThereIsNoTimeForAll_thenEachHasItsTurnInLaterTicks_andNoneIsBegunTooLate() {
        peer.list("shard-0", "shard-1", "shard-2", "shard-3");
        peer.beIdle();
        KinesisHandler handler = handler(ErrorPolicy.FAIL);
        Set<String> ticked = new TreeSet<>();
        List<Integer> numbers = new ArrayList<>();

        for (int minute = 0; minute < 4; minute++) {
            // Enough for one, and for not quite two more.
            handler.handleRequest(Events.tick(), withMillis(3 * TICK_MILLIS - 1));
            List<JsonNode> reported = lines.take();
            numbers.add(reported.size());
            reported.forEach(line -> ticked.add(line.path("Shard").asText()));
            clock.step(60_000);
        }

        assertThat(numbers).containsOnly(1);
        assertThat(ticked).containsExactly("shard-0", "shard-1", "shard-2", "shard-3");
    }
}

package dev.millrace.driver;

import static dev.millrace.driver.Rig.SIZE;
import static dev.millrace.driver.Rig.batch;
import static dev.millrace.driver.Rig.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Aggregations;
import dev.millrace.CollectingSink;
import dev.millrace.ErrorPolicy;
import dev.millrace.Windows;
import dev.millrace.codec.Codec;
import dev.millrace.codec.CodecException;
import dev.millrace.state.FaultyStore.Fate;
import dev.millrace.state.StateLogUnavailableException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** L2: a task that was reloaded in part, since an exception came between, is never used. */
class HalfReloadedTaskTest {
    private final Faltering keys = new Faltering();
    private final Rig rig = Rig.of(
            ErrorPolicy.FAIL,
            readings -> readings.keyByPartitionKey(Reading::key, keys)
                    .window(Windows.tumbling(SIZE))
                    .aggregate(Aggregations.count())
                    .collect(new CollectingSink<>("results", new Rig.ResultText<>())));

    @Test
    void l2_whenDroppingWhatIsNotCommittedFailsHalfWay_thenTheNextBatchBeginsFromWhatIsCommitted() {
        PartitionDriver environment = rig.environment();
        environment.apply(batch(item(1, "a", 10), item(2, "b", 20)));
        Batch batch = batch(item(3, "a", 30), item(4, "b", 40));
        rig.nextEntry(Fate.LOST);
        assertThatThrownBy(() -> environment.apply(batch)).isInstanceOf(StateLogUnavailableException.class);
        keys.failing = 1;
        assertThatThrownBy(() -> environment.apply(batch)).isInstanceOf(CodecException.class);

        environment.apply(batch);
        environment.apply(batch(item(5, "a", 150)));

        assertThat(rig.results()).containsExactly("a 0-100: 2", "b 0-100: 2");
    }

    @Test
    void l2_whenRestoringAfterALapFailsHalfWay_thenTheNextBatchBeginsFromWhatIsCommitted() {
        rig.layout = settings -> settings.withLayout(8, 3);
        PartitionDriver slow = rig.environment();
        slow.apply(batch(item(1, "a", 10), item(2, "b", 20)));
        PartitionDriver fast = rig.environment();
        int number = 3;
        for (; number < 14; number++) {
            fast.apply(batch(item(number, number % 2 == 0 ? "a" : "b", 20 + number)));
        }
        Batch batch = batch(item(number, "a", 50), item(number + 1, "b", 60));
        keys.failing = 1;
        assertThatThrownBy(() -> slow.apply(batch)).isInstanceOf(CodecException.class);

        slow.apply(batch);
        slow.apply(batch(item(number + 2, "a", 150)));

        assertThat(rig.results()).containsExactly("a 0-100: 7", "b 0-100: 8");
    }

    /** Keys as text, which cannot be decoded as often as a test says. */
    private static final class Faltering implements Codec<String> {
        private int failing;

        @Override
        public byte[] encode(String key) {
            return key.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public String decode(byte[] bytes) {
            if (failing > 0) {
                failing--;
                throw new CodecException("cannot be decoded now");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}

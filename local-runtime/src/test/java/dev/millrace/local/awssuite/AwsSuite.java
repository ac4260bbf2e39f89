package dev.millrace.local.awssuite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.millrace.Aggregations;
import dev.millrace.Emission;
import dev.millrace.EventTime;
import dev.millrace.KeyedStream;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Result;
import dev.millrace.Sink;
import dev.millrace.Windows;
import dev.millrace.codec.Codecs;
import dev.millrace.local.aws.AwsClients;
import dev.millrace.local.junit.MillraceExtension;
import dev.millrace.local.testing.Backend;
import dev.millrace.local.testing.DeadLetter;
import dev.millrace.local.testing.RunningBackend;
import dev.millrace.local.testing.TestOptions;
import dev.millrace.local.testing.TestPipeline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * A pipeline of two stages at a backend: the real handlers, state, results, dead letters and resharding. Event times are far
 * in the past, and move by what is put, so that nothing depends on whose clock gives arrival times, or on how fast it is all
 * done; only in one test does time pass.
 */
abstract class AwsSuite extends StateSuite {
    /** Longer than the suite takes anywhere. */
    private static final Duration NEVER_IDLE = Duration.ofHours(2);

    private static final Instant BASE = Instant.parse("2026-01-01T00:00:00Z");
    private static final int ITEMS = 20;

    private final Random random = new Random(7);
    private final Map<String, Long> totals = new TreeMap<>();
    private final Map<String, Long> windows = new TreeMap<>();

    /** What a subclass registers: at its backend. */
    static MillraceExtension at(Backend backend) {
        return MillraceExtension.of(AwsSuite::pipeline)
                .at(backend)
                .withIdleTimeout(NEVER_IDLE)
                .withBatchSize(30);
    }

    abstract MillraceExtension millrace();

    @Override
    final AwsClients clients() {
        return millrace().backend().clients();
    }

    /** Counts pieces by item: in all, and in windows of two seconds. */
    private static Pipeline pipeline() {
        String name = RUN + "-" + UUID.randomUUID().toString().substring(0, 8);
        PipelineBuilder pipeline = Pipeline.named(name).deadLetters(name + "-dead-letters");
        KeyedStream<String, Order> items = pipeline.from(
                        name + "-orders",
                        Codecs.json(Order.class),
                        EventTime.extracted(Order::time, Duration.ofSeconds(1)))
                .keyBy(Order::item)
                .named("items");
        items.aggregate(Aggregations.sumLong(Order::pieces))
                .named("totals")
                .emit(Emission.onUpdate())
                .toTable(name + "-totals", row -> row.key("item", Result::key).attribute("pieces", Result::value));
        items.window(Windows.tumbling(Duration.ofSeconds(2)))
                .aggregate(Aggregations.sumLong(Order::pieces))
                .named("windows")
                .map(result ->
                        new Order(result.key(), result.value(), result.window().start()))
                .toStream(name + "-windows", Order::item, Order.class);
        return pipeline.build();
    }

    /** Puts orders of a second, none of them late. */
    private void put(TestPipeline pipeline, int second) {
        List<Order> orders = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String item = "item-" + random.nextInt(ITEMS);
            Instant time = BASE.plusSeconds(second).plusMillis(random.nextInt(1_000));
            Order order = new Order(item, random.nextLong(1, 10), time);
            orders.add(order);
            totals.merge(item, order.pieces(), Long::sum);
            windows.merge(item + " " + BASE.plusSeconds(second - second % 2L), order.pieces(), Long::sum);
        }
        pipeline.putAll(orders, Order::item);
    }

    /** Orders in all shards, so late that all that came before is closed; of items that are not looked at. */
    private static void end(TestPipeline pipeline) {
        pipeline.putAll(
                IntStream.range(0, 30)
                        .mapToObj(i -> new Order("end-" + i, 1, BASE.plusSeconds(3_600)))
                        .toList(),
                Order::item);
    }

    private static Map<String, Long> totals(TestPipeline pipeline) {
        record Total(String item, long pieces) {}
        return pipeline.rows(pipeline.plan().pipeline().name() + "-totals", Total.class).stream()
                .filter(total -> !total.item().startsWith("end"))
                .collect(Collectors.toMap(Total::item, Total::pieces));
    }

    /** The windows that have closed; each once, although it may be appended again, under the same id. */
    private static Map<String, Long> windows(TestPipeline pipeline) {
        record Sent(@JsonProperty(Sink.ID_PROPERTY) String id, String item, long pieces, Instant time) {}
        return pipeline.records(pipeline.plan().pipeline().name() + "-windows").stream()
                .map(record -> record.as(Sent.class))
                .distinct()
                .collect(Collectors.toMap(sent -> sent.item() + " " + sent.time(), Sent::pieces));
    }

    @Test
    void whatIsPut_isCountedByBothStages_andWindowsCloseAsRecordsMoveTheWatermark(TestPipeline pipeline) {
        for (int second = 0; second < 6; second++) {
            put(pipeline, second);
        }
        pipeline.process();
        assertThat(totals(pipeline)).isEqualTo(totals);
        assertThat(windows(pipeline).keySet()).noneMatch(key -> key.endsWith(":04Z"));

        end(pipeline);
        pipeline.process();

        assertThat(windows(pipeline)).isEqualTo(windows);
        assertThat(totals(pipeline)).containsAllEntriesOf(totals);
        assertThat(pipeline.deadLetters()).isEmpty();
    }

    @Test
    void whenNothingComes_thenWindowsCloseAsTimePasses() {
        RunningBackend backend = millrace().backend();
        TestOptions options = TestOptions.defaults().withIdleTimeout(Duration.ofSeconds(1));
        try (TestPipeline pipeline = TestPipeline.start(pipeline(), backend, options)) {
            put(pipeline, 0);
            pipeline.process();
            assertThat(totals(pipeline)).isEqualTo(totals);
            if (backend.drivesClock()) {
                assertThat(windows(pipeline)).isEmpty();
            }

            // The rest of the window, the out-of-orderness, and what the stages wait for each other.
            pipeline.advance(Duration.ofSeconds(5));

            assertThat(windows(pipeline)).isEqualTo(windows);
        }
    }

    @Test
    void whenFunctionsAreReplacedAndRecordsComeAgain_thenNothingIsCountedTwice(TestPipeline pipeline) {
        put(pipeline, 0);
        pipeline.process();
        Map<String, Long> before = totals(pipeline);

        pipeline.restart();
        pipeline.process();
        assertThat(totals(pipeline)).isEqualTo(before).isEqualTo(totals);

        put(pipeline, 1);
        end(pipeline);
        pipeline.restart();
        pipeline.process();

        assertThat(totals(pipeline)).isEqualTo(totals);
        assertThat(windows(pipeline)).isEqualTo(windows);
    }

    @Test
    void whenTheStreamIsSplitAndMergedWithOpenWindows_thenEveryCountIsExact(TestPipeline pipeline) {
        Feature.RESHARDING.require(lacking());
        put(pipeline, 0);
        pipeline.process();
        put(pipeline, 0);
        // Not processed before: a shard's children wait for it.
        pipeline.split(0);
        put(pipeline, 1);
        pipeline.process();
        assertThat(pipeline.openShards()).isEqualTo(3);
        pipeline.merge(1);
        put(pipeline, 2);
        pipeline.process();
        assertThat(pipeline.openShards()).isEqualTo(2);
        assertThat(totals(pipeline)).isEqualTo(totals);

        put(pipeline, 3);
        end(pipeline);
        pipeline.restart();
        pipeline.process();

        assertThat(totals(pipeline)).isEqualTo(totals);
        assertThat(windows(pipeline)).isEqualTo(windows);
        assertThat(pipeline.deadLetters()).isEmpty();
    }

    @Test
    void whatCannotBeProcessed_isADeadLetterThatSaysWhy(TestPipeline pipeline) {
        pipeline.put("a", "not json", new Order("a", 1, BASE), new Order("a", 2, BASE.plusSeconds(60)));
        pipeline.put("a", new Order("a", 4, BASE.plusSeconds(1)), Map.of("item", "a", "pieces", 8));
        pipeline.put("a", new byte[] {'{', (byte) 0xff, 0});

        pipeline.process();

        assertThat(pipeline.deadLetters())
                .extracting(DeadLetter::reason)
                .containsExactlyInAnyOrder("undecodable", "late", "no-event-time", "undecodable");
        assertThat(pipeline.deadLetters())
                .filteredOn(letter -> letter.text().equals("not json"))
                .singleElement()
                .satisfies(letter -> assertThat(letter.message()).isNotBlank());
        // Late for its window, and yet part of the total.
        assertThat(totals(pipeline)).isEqualTo(Map.of("a", 7L));
    }

    @Test
    void aTest_doesNotTouchWhatItHasNotMade(TestPipeline pipeline) {
        Pipeline same = pipeline.plan().pipeline();

        assertThatThrownBy(() -> TestPipeline.start(same, millrace().backend(), TestOptions.defaults()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("there is already")
                .hasMessageContaining("stream '" + pipeline.plan().sourceStream() + "'")
                .hasMessageContaining("table '" + pipeline.plan().stateTable() + "'");

        pipeline.put("a", new Order("a", 1, BASE));
        pipeline.process();
        assertThat(totals(pipeline)).isEqualTo(Map.of("a", 1L));
    }
}

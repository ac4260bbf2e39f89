package dev.millrace.benchmarks;

import dev.millrace.Aggregations;
import dev.millrace.Emission;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Result;
import dev.millrace.Windows;
import dev.millrace.codec.Codec;
import dev.millrace.codec.Codecs;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The pipeline that is measured: how often each product is bought in each minute, on close. */
final class CountPipeline {
    static final Duration WINDOW = Duration.ofMinutes(1);

    private static final Duration OUT_OF_ORDERNESS = Duration.ofSeconds(1);

    private CountPipeline() {}

    static Pipeline ofPurchases(Grouping grouping) {
        return pipeline(
                grouping,
                Codecs.json(Purchase.class),
                Purchase::product,
                EventTime.extracted(Purchase::time, OUT_OF_ORDERNESS));
    }

    /**
     * For records that come again and again.
     *
     * @param shiftMillis how much later than its record says the purchase at hand was
     */
    static Pipeline ofShiftedPurchases(Grouping grouping, LongSupplier shiftMillis) {
        return pipeline(
                grouping,
                Codecs.json(Purchase.class),
                Purchase::product,
                shifted(purchase -> Instant.ofEpochMilli(purchase.timeMillis() + shiftMillis.getAsLong())));
    }

    /** As {@link #ofShiftedPurchases}, with event times as ISO-8601 text. */
    static Pipeline ofShiftedDatedPurchases(Grouping grouping, LongSupplier shiftMillis) {
        return pipeline(
                grouping,
                Codecs.json(DatedPurchase.class),
                DatedPurchase::product,
                shifted(purchase -> Instant.ofEpochMilli(
                        Objects.requireNonNull(purchase.time()).toEpochMilli() + shiftMillis.getAsLong())));
    }

    private static <T> EventTime<T> shifted(Function<T, @Nullable Instant> time) {
        return EventTime.extracted(time, OUT_OF_ORDERNESS).withMaxAhead(Duration.ofDays(100_000));
    }

    private static <T> Pipeline pipeline(
            Grouping grouping, Codec<T> codec, Function<T, @Nullable String> product, EventTime<T> time) {
        PipelineBuilder pipeline = Pipeline.named("purchases");
        grouping.of(pipeline.from("purchases", codec, time), product)
                .window(Windows.tumbling(WINDOW))
                .aggregate(Aggregations.count())
                .named("purchases-per-minute")
                .emit(Emission.onClose())
                .toTable(
                        "purchases-per-minute",
                        row -> row.key("product", Result::key)
                                .sortKey(
                                        "window_start",
                                        result -> result.window().start())
                                .attribute("purchases", Result::value));
        return pipeline.build();
    }
}

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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The pipeline that is measured: how often each product is bought in each minute, on close. */
final class CountPipeline {
    static final Duration WINDOW = Duration.ofMinutes(1);

    private CountPipeline() {}

    static Pipeline ofPurchases() {
        return pipeline(Codecs.json(Purchase.class), Purchase::product, Purchase::time);
    }

    static Pipeline ofDatedPurchases() {
        return pipeline(Codecs.json(DatedPurchase.class), DatedPurchase::product, DatedPurchase::time);
    }

    private static <T> Pipeline pipeline(
            Codec<T> codec, Function<T, @Nullable String> product, Function<T, @Nullable Instant> time) {
        PipelineBuilder pipeline = Pipeline.named("purchases");
        pipeline.from("purchases", codec, EventTime.extracted(time, Duration.ofSeconds(1)))
                .keyBy(product)
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

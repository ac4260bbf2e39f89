package dev.millrace.benchmarks;

import dev.millrace.EventStream;
import dev.millrace.KeyedStream;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How the purchases come to be grouped by product. */
public enum Grouping {
    /** By the product, which must be the partition key: each is compared with it. */
    DECLARED,
    /** By the partition key, unseen. */
    PARTITION_KEY,
    /** By the product, in a stage of its own. */
    KEY_BY,
    /** Likewise, with each purchase sent there by itself. */
    KEY_BY_WITHOUT_COMBINING;

    <T> KeyedStream<String, T> of(EventStream<T> purchases, Function<T, @Nullable String> product) {
        return switch (this) {
            case DECLARED -> purchases.keyByPartitionKey(product);
            case PARTITION_KEY -> purchases.keyByPartitionKey();
            case KEY_BY -> purchases.keyBy(product).named("by-product");
            case KEY_BY_WITHOUT_COMBINING ->
                purchases.keyBy(product).named("by-product").withoutCombining();
        };
    }
}

package dev.millrace.benchmarks;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import dev.millrace.codec.ReadableInstant;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** As {@link Purchase}, with its event time as ISO-8601 text. */
record DatedPurchase(
        String product,
        String customer,
        String page,
        long amount,

        @JsonDeserialize(using = ReadableInstant.class) @Nullable
        Instant time) {}

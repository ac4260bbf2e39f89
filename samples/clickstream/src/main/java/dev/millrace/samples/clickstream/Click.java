package dev.millrace.samples.clickstream;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import dev.millrace.codec.ReadableInstant;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A page view.
 *
 * @param user who looked; may be missing
 * @param page at which page
 * @param timestamp when, or null where the event does not say so in ISO-8601
 */
public record Click(
        @Nullable String user,
        @Nullable String page,

        @JsonDeserialize(using = ReadableInstant.class) @Nullable
        Instant timestamp) {}

package dev.millrace.local.testing;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter; docs/guarantees.md lists the reasons.
 *
 * @param id its output's id
 * @param reason why it is one, such as {@code undecodable}
 * @param message what was wrong, in words
 * @param stage the stage that did not take the record
 * @param shard the shard of that stage's stream
 * @param sequenceNumber the record's; null where it is not known
 * @param payload the record's data; null where it is too large, or a result failed
 */
public record DeadLetter(
        String id,
        String reason,
        String message,
        String stage,
        String shard,
        @JsonProperty("sequence_number") @Nullable String sequenceNumber,
        byte @Nullable [] payload) {
    /** The payload, as text in UTF-8; empty where there is none. */
    public String text() {
        return payload == null ? "" : new String(payload, StandardCharsets.UTF_8);
    }
}

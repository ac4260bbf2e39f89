package dev.millrace.local.source;

import java.io.InputStream;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * What a source needs to know beside its option's text.
 *
 * @param shardCount how many shards records are dealt to, 1 to 1,000
 * @param partitionKeyField the property of a line's JSON object that is the partition key, as {@code millrace put} takes it;
 *     null to go by content
 * @param template what {@code rate:N} makes when its text does not say; null if there is no such thing
 * @param in standard input; left open
 * @param clock tells when records arrive, and which ones are due
 */
public record SourceSettings(
        int shardCount,
        @Nullable String partitionKeyField,
        @Nullable String template,
        InputStream in,
        Clock clock) {}

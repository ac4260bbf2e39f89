package dev.millrace.engine;

import java.util.List;

/**
 * What a partition hands to one of another stage in the same process, as it is: nothing is encoded, and nothing is kept by who
 * hands it over.
 *
 * @param from the partition that hands it over
 * @param parts for the partition that it is handed to
 * @param end how far the giving partition has come with them; its index says nothing
 */
public record Handed(UpstreamId from, List<Part> parts, EntryEnd end) {
    /**
     * A piece of one key's accumulator.
     *
     * @param operator the aggregation that it belongs to
     * @param key the key; not to be changed
     * @param id the same, as state is stored under
     * @param start where it belongs, as the aggregation's windows tell
     * @param end the end of a session, exclusive; otherwise as {@code start}
     * @param accumulator the accumulator; the receiver's from now on
     */
    public record Part(String operator, Object key, KeyId id, long start, long end, Object accumulator) {}
}

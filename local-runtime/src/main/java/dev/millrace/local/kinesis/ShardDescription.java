package dev.millrace.local.kinesis;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A shard: its share of the hash keys, where it comes from, and its range of sequence numbers.
 *
 * @param index number of the shard within its stream, from 0, never used twice
 * @param parent index of the shard it was split or merged from, or null
 * @param adjacentParent index of the second shard it was merged from, or null
 * @param hashStart first hash key, inclusive
 * @param hashEnd last hash key, inclusive
 * @param createdMillis when it was created, milliseconds since 1970
 * @param startOrdinal smaller than the ordinal of its first record
 * @param endOrdinal larger than the ordinal of its last record, or null while it is open
 * @param closedMillis when it was closed, or null while it is open
 * @param trimOrdinal records below this ordinal are gone for good, even if retention grows later
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ShardDescription(
        int index,
        @Nullable Integer parent,
        @Nullable Integer adjacentParent,
        BigInteger hashStart,
        BigInteger hashEnd,
        long createdMillis,
        long startOrdinal,
        @Nullable Long endOrdinal,
        @Nullable Long closedMillis,
        long trimOrdinal) {
    private static final Pattern ID = Pattern.compile("shardId-(\\d{12})");

    /**
     * The shards that a new stream has: the hash keys in equal parts, in order of their indices.
     *
     * @param count 1 or more
     * @param createdMillis milliseconds since 1970
     */
    public static List<ShardDescription> ofNewStream(int count, long createdMillis) {
        return Resharding.fresh(count, createdMillis, 0);
    }

    static ShardDescription opened(
            int index,
            @Nullable Integer parent,
            @Nullable Integer adjacentParent,
            BigInteger hashStart,
            BigInteger hashEnd,
            long createdMillis,
            long startOrdinal) {
        return new ShardDescription(
                index,
                parent,
                adjacentParent,
                hashStart,
                hashEnd,
                createdMillis,
                startOrdinal,
                null,
                null,
                startOrdinal + 1);
    }

    ShardDescription closed(long atOrdinal, long atMillis) {
        return new ShardDescription(
                index,
                parent,
                adjacentParent,
                hashStart,
                hashEnd,
                createdMillis,
                startOrdinal,
                atOrdinal,
                atMillis,
                trimOrdinal);
    }

    ShardDescription trimmed(long toOrdinal) {
        return new ShardDescription(
                index,
                parent,
                adjacentParent,
                hashStart,
                hashEnd,
                createdMillis,
                startOrdinal,
                endOrdinal,
                closedMillis,
                toOrdinal);
    }

    /** Whether the shard takes new records. */
    public boolean open() {
        return endOrdinal == null;
    }

    /** The id on the wire, such as {@code shardId-000000000000}. */
    public String shardId() {
        return shardId(index);
    }

    public @Nullable String parentShardId() {
        return parent == null ? null : shardId(parent);
    }

    public @Nullable String adjacentParentShardId() {
        return adjacentParent == null ? null : shardId(adjacentParent);
    }

    /** A sequence number below those of all records of the shard. */
    public String startingSequenceNumber() {
        return new SequenceNumber(startOrdinal, index).toString();
    }

    /** A sequence number above those of all records of the shard, or null while it is open. */
    public @Nullable String endingSequenceNumber() {
        return endOrdinal == null ? null : new SequenceNumber(endOrdinal, index).toString();
    }

    boolean isChildOf(int other) {
        return (parent != null && parent == other) || (adjacentParent != null && adjacentParent == other);
    }

    /** The index in a shard id, or -1 if the text is no shard id that a stream of ours can have. */
    static int indexOf(String shardId) {
        Matcher matcher = ID.matcher(shardId);
        if (!matcher.matches()) {
            return -1;
        }
        long index = Long.parseLong(matcher.group(1));
        return index > Integer.MAX_VALUE ? -1 : (int) index;
    }

    private static String shardId(int index) {
        return String.format(Locale.ROOT, "shardId-%012d", index);
    }
}

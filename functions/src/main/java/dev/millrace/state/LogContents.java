package dev.millrace.state;

import dev.millrace.engine.KeyedState;
import dev.millrace.engine.Progress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A log as it was found, for looking at.
 *
 * @param tip the number of the last entry, or the header's start number where there is none
 * @param tailEntries how many entries had to be read beside the buckets
 * @param tipEntry the last entry, or null where there is none
 * @param state the keyed state as of the tip
 * @param stamps every bucket's stamp, in the order of the buckets
 */
public record LogContents(
        Header header,
        Progress progress,
        long tip,
        int tailEntries,
        @Nullable Entry tipEntry,
        KeyedState state,
        List<BucketStamp> stamps) {
    public LogContents {
        stamps = List.copyOf(stamps);
    }
}

package dev.millrace.state;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Reads logs for those that only look, and writes nothing. Safe for use by several threads. */
public final class StateLogReader {
    private StateLogReader() {}

    /**
     * A log's content now, read strongly; empty where there is no such log. Also of a log that is being written.
     *
     * @throws StateLogUnavailableException if the store does not answer, or is written to faster than it can be read
     * @throws UnreadableItemException if an item is damaged, or of a newer version
     */
    public static Optional<LogContents> read(StateLogStore store, LogName name) {
        return LogLoader.header(store, name, Consistency.STRONG).map(header -> read(store, name, header));
    }

    /**
     * The entry that an item of a log's ring holds.
     *
     * @throws UnreadableItemException if it is damaged, or of a newer version
     */
    public static Entry entry(StoredItem item) {
        return EntryCodec.decode(item);
    }

    /** Whether a log exists, read eventually consistent: one that was begun a moment ago may not be seen. */
    public static boolean exists(StateLogStore store, LogName name) {
        return LogLoader.header(store, name, Consistency.EVENTUAL).isPresent();
    }

    private static LogContents read(StateLogStore store, LogName name, Header header) {
        LogLoader.Loaded loaded = new LogLoader(store, name, header).load(Consistency.STRONG, absent -> {});
        LogImage image = loaded.image();
        // A bucket's knowledge as loaded, plus what entries tell: for a bucket that is never written, the start number.
        List<BucketStamp> stamps = IntStream.range(0, header.allBuckets())
                .mapToObj(bucket -> new BucketStamp(bucket, image.cover.stamp(bucket)))
                .toList();
        return new LogContents(
                header, image.progress(), image.tip(), loaded.entries(), image.tipEntry(), image.state, stamps);
    }
}

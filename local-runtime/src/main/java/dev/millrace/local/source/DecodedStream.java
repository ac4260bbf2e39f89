package dev.millrace.local.source;

import dev.millrace.driver.BatchItem;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A stream in memory whose records are decoded already, and are not decoded again. */
public interface DecodedStream extends SourceStream {
    /**
     * What a read gave.
     *
     * @param items the records; read before the next read
     * @param nextIterator where to read on; null when nothing more will come
     * @param atTip whether there was nothing more to read
     */
    record Read(List<BatchItem> items, @Nullable String nextIterator, boolean atTip) {}

    /** As {@link #read}. */
    Read readDecoded(String iterator, int limit, Duration timeout) throws InterruptedException;

    @Override
    default ShardRead read(String iterator, int limit, Duration timeout) {
        throw new UnsupportedOperationException(name() + " has decoded records only");
    }
}

package dev.millrace.local.source;

import dev.millrace.local.kinesis.StreamRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one read of a shard gave.
 *
 * @param records in order of their sequence numbers; possibly none
 * @param nextIterator where to read on; null when the shard is closed and everything in it has been read
 * @param atTip whether there was nothing more to read; a read may give nothing although there is more
 */
public record ShardRead(
        List<StreamRecord> records, @Nullable String nextIterator, boolean atTip) {}

package dev.millrace.exchange;

import dev.millrace.driver.ShardInfo;
import dev.millrace.driver.StreamShards;
import dev.millrace.engine.HashRange;
import dev.millrace.engine.Position;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The list of a stream's shards, as a test sets it; counts how often it is read. */
final class Shards implements StreamShards {
    List<ShardInfo> listed;
    int reads;

    /** Open shards of equal ranges. */
    Shards(int count) {
        listed = of(count);
    }

    static List<ShardInfo> of(int count) {
        BigInteger share = BigInteger.ONE.shiftLeft(128).divide(BigInteger.valueOf(count));
        List<ShardInfo> shards = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            BigInteger first = share.multiply(BigInteger.valueOf(i));
            BigInteger last =
                    i + 1 == count ? HashRange.ALL.last() : first.add(share).subtract(BigInteger.ONE);
            shards.add(new ShardInfo("shardId-00000000000" + i, List.of(), new HashRange(first, last), true));
        }
        return shards;
    }

    @Override
    public List<ShardInfo> list() {
        reads++;
        return listed;
    }

    @Override
    public boolean isReadAfter(String shardId, @Nullable Position position) {
        throw new UnsupportedOperationException("internal streams are not drained");
    }
}

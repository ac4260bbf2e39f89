package dev.millrace.driver;

import dev.millrace.engine.UpstreamShard;
import java.util.List;

/** Lists the partitions that send to a stage's partitions: the shards of the streams that those stages read (X4). */
@FunctionalInterface
public interface UpstreamList {
    /** As it is now; empty in a stage that reads the source. */
    List<UpstreamShard> list();
}

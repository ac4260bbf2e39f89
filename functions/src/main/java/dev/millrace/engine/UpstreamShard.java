package dev.millrace.engine;

import java.util.List;

/**
 * A partition that sends on to this stage, as the list of its stream's shards has it (X4).
 *
 * @param parents the partitions that it came of by a split or merge; none where it is one of the first
 */
public record UpstreamShard(UpstreamId id, List<UpstreamId> parents) {
    public UpstreamShard {
        parents = List.copyOf(parents);
    }
}

package dev.millrace.local.runner;

import dev.millrace.driver.UpstreamList;
import dev.millrace.engine.UpstreamId;
import dev.millrace.engine.UpstreamShard;
import dev.millrace.local.source.SourceShard;
import dev.millrace.local.source.SourceStream;
import dev.millrace.plan.Plan;
import dev.millrace.plan.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Which partitions send to a stage: the shards of what the stages before it read.
 *
 * @param streams the stages' input streams by their names
 */
public record StageUpstreams(Plan plan, Stage stage, Function<String, SourceStream> streams) implements UpstreamList {
    @Override
    public List<UpstreamShard> list() {
        List<UpstreamShard> all = new ArrayList<>();
        for (String upstream : stage.upstreams()) {
            for (SourceShard shard :
                    streams.apply(plan.stage(upstream).inputStream()).shards()) {
                List<UpstreamId> parents = shard.parents().stream()
                        .map(parent -> new UpstreamId(upstream, parent))
                        .toList();
                all.add(new UpstreamShard(new UpstreamId(upstream, shard.shardId()), parents));
            }
        }
        return all;
    }
}

package dev.millrace.local.simulator;

import java.util.List;

/** Mistakes of what takes records as they come: what is sent straight, and what is applied and not committed yet. */
final class RunnerBugs {
    private RunnerBugs() {}

    static List<PlantedBug> all() {
        return List.of(
                PlantedBug.of(
                                "X1",
                                "what is sent straight does not wait for what others have sent through the stream",
                                2_000,
                                new Patch(
                                        "local/runner/KeyedPartition",
                                        "if (sent.mayFollowOthers() && !hasTakenOf(sent)) {",
                                        "if (false) {"))
                        .under(Circumstances.RUNNERS),
                PlantedBug.of(
                                "X1",
                                "only the first that a life sends straight waits for the stream, though others commit between",
                                2_000,
                                new Patch(
                                        "local/runner/StraightEmitter",
                                        "long others = counters.caughtUp() + counters.loads();",
                                        "long others = counters.loads();"))
                        .under(Circumstances.RUNNERS),
                PlantedBug.of(
                                "X1",
                                "what is sent straight counts as preceded by all where some of the entry before it was taken",
                                2_000,
                                new Patch(
                                        "local/runner/KeyedPartition",
                                        "&& taken.entry() >= sent.first().number();",
                                        "&& taken.entry() >= sent.first().number() - 1;"))
                        .under(Circumstances.RUNNERS),
                PlantedBug.of(
                                "E2",
                                "what was sent straight counts as emitted before it is committed",
                                2_000,
                                new Patch(
                                        "local/simulator/RunnerProcess",
                                        "partition.feed(sent); partition.flush();",
                                        "partition.feed(sent); if (world.isOneIn(2)) { partition.flush(); }"))
                        .under(Circumstances.RUNNERS),
                PlantedBug.of(
                                "L2",
                                "after a commit that was refused, records go on being applied to what was not committed",
                                2_000,
                                new Patch(
                                        "driver/PartitionDriver",
                                        "return begin(run.uncommitted(), run.nowMillis(), step);",
                                        "underWay = run; return new BatchResult.Done();"))
                        .under(Circumstances.RUNNERS),
                PlantedBug.of(
                                "L2",
                                "what was fed and not committed is forgotten where a commit was refused",
                                2_000,
                                new Patch(
                                        "driver/PartitionDriver",
                                        "return begin(run.uncommitted(), run.nowMillis(), step);",
                                        "return begin(List.of(), run.nowMillis(), step);"))
                        .under(Circumstances.RUNNERS),
                PlantedBug.of(
                                "E2",
                                "a life that feeds records does not emit what the life before it may have left",
                                2_000,
                                new Patch(
                                        "driver/PartitionDriver",
                                        "emitTip(tip -> false); listUpstreams(current, items);",
                                        "emitTip(tip -> true); listUpstreams(current, items);"))
                        .under(Circumstances.RUNNERS),
                PlantedBug.of(
                                "T1",
                                "a shard is taken for idle whose last read found something",
                                2_000,
                                new Patch(
                                        "local/runner/ShardInput",
                                        "isAtTip = read.records().isEmpty() && read.atTip();",
                                        "isAtTip = read.records().isEmpty();"))
                        .under(Circumstances.RUNNERS));
    }
}

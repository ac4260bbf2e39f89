package dev.millrace.local.simulator;

import java.util.List;

/** Mistakes where one shard takes over from others (R), and with headers. */
final class ReshardingBugs {
    private static final String DRIVER = "driver/PartitionDriver";

    private ReshardingBugs() {}

    static List<PlantedBug> all() {
        return List.of(
                PlantedBug.of(
                        "R1",
                        "a parent is taken for drained, whatever it holds",
                        2_000,
                        new Patch(DRIVER, "|| !proof.isDrainedAfter(position)", "")),
                PlantedBug.of("R2", "a shard is taken over, and its parents are not sealed", 10, notSealed()),
                PlantedBug.of("R2", "a shard is taken over, and its parents are not sealed", 2_000, notSealed())
                        .under(Circumstances.UNSEEN_TAKEOVERS),
                PlantedBug.of(
                                "R2",
                                "a parent is sealed, whatever became of its last outbox",
                                2_000,
                                new Patch(
                                        DRIVER,
                                        "requireDrained(task, proof); emitTip(tip -> false);",
                                        "requireDrained(task, proof); if (log.tipEntry() != null) { log.markTipEmitted(); }"))
                        .under(Circumstances.RESHARDINGS),
                PlantedBug.of(
                        "R2",
                        "what is due is not done before the seal",
                        2_000,
                        new Patch(
                                DRIVER,
                                "finishDue(task); commit(task); List<Output> lastWords",
                                "commit(task); List<Output> lastWords")),
                PlantedBug.of(
                        "R2",
                        "a seal's own outbox is not emitted again",
                        2_000,
                        new Patch(DRIVER, "emitTip(tip -> false); return log.sealed();", "return log.sealed();")),
                PlantedBug.of(
                        "R3",
                        "a bucket that is not there is an empty one, where others are there",
                        2_000,
                        new Patch(
                                "state/LogLoader",
                                "header.hasParents() && !absent.isEmpty()",
                                "header.hasParents() && absent.size() == header.allBuckets()")),
                PlantedBug.of(
                        "R3",
                        "a child's entries are numbered from 1",
                        10,
                        new Patch("state/Takeover", "most(SealedLog::sealNumber),", "0,"),
                        new Patch(
                                "state/Header",
                                "return startNumber > 0;",
                                "return startNumber > 0 || startArrival != Progress.NO_TIME;")),
                PlantedBug.of(
                        "R3",
                        "a child's entries are numbered on from the smaller parent's",
                        2_000,
                        new Patch("state/Takeover", "most(SealedLog::sealNumber),", """
                                inheritance.parents().stream()
                                        .mapToLong(parent -> parent.log().sealNumber())
                                        .min()
                                        .orElseThrow(),
                                """)),
                PlantedBug.of(
                        "R4",
                        "a merged child has the larger parent's watermark",
                        2_000,
                        new Patch(
                                "state/Takeover",
                                ".min() .orElseThrow(); return new Header(",
                                ".max() .orElseThrow(); return new Header(")),
                PlantedBug.of(
                        "R4",
                        "a merged child has no floors",
                        2_000,
                        new Patch("state/Takeover", "floors(watermark));", "List.of());")),
                PlantedBug.of(
                                "R4",
                                "floors that parents had are forgotten",
                                2_000,
                                new Patch(
                                        "state/Takeover",
                                        ".filter(floor -> floor.watermark() > reached)",
                                        ".filter(floor -> false)"))
                        .under(Circumstances.RESHARDINGS),
                PlantedBug.of(
                        "header",
                        "a deployment that lays logs out otherwise ignores a header",
                        10,
                        new Patch("state/LogStart", ".orElseGet(this::begin);", """
                                .map(there -> new Header(
                                        there.formatVersion(),
                                        there.epoch(),
                                        settings.ringSlots(),
                                        settings.buckets(),
                                        there.startNumber(),
                                        there.startWatermark(),
                                        there.startArrival(),
                                        there.floors()))
                                .orElseGet(this::begin);
                                """)));
    }

    private static Patch[] notSealed() {
        return new Patch[] {
            new Patch(
                    DRIVER,
                    "if (!(log.seal(lastWords) instanceof CommitResult.Committed committed)) { throw new FencedException(); }"
                            + " emit(committed.number(), lastWords); return log.sealed();",
                    "emit(log.tip() + 1, lastWords); return log.sealed();"),
            new Patch("state/LogImage", "if (!isSealed()) { throw", "if (tip < 0) { throw"),
            new Patch("state/LogImage", "new SealedLog(header, tip,", "new SealedLog(header, tip + 1,")
        };
    }
}

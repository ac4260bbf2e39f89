package dev.millrace.local.simulator;

import java.util.List;

/** Mistakes with what is emitted, and with what is known of that (E). */
final class EmissionBugs {
    private static final String DRIVER = "driver/PartitionDriver";
    private static final String COMMITS = "driver/LoggedTask";
    private static final String KNOWN_OF_BATCH = "emitTip(tip -> isKnownEmitted(tip, batch));";
    private static final String TICK_BEGINS = "emitTip(tip -> false); boolean isIdle";
    private static final String COMMIT = "CommitResult result = log.commit(changes);";

    private EmissionBugs() {}

    static List<PlantedBug> all() {
        return List.of(
                PlantedBug.of(
                        "E1",
                        "outputs are emitted, and then their entry is committed",
                        10,
                        new Patch(COMMITS, COMMIT, "emit(log.tip() + 1, changes.outbox()); " + COMMIT),
                        new Patch(COMMITS, "emit(committed.number(), changes.outbox());", "log.markTipEmitted();")),
                PlantedBug.of(
                        "E2",
                        "a batch that is covered is done, whatever became of its outbox",
                        2_000,
                        new Patch(DRIVER, KNOWN_OF_BATCH, """
                                dev.millrace.engine.Position reached = log.progress().position();
                                if (reached != null
                                        && batch.items().stream()
                                                .allMatch(item -> item.record().position().compareTo(reached) <= 0)) {
                                    return new BatchResult.Done();
                                }
                                """ + KNOWN_OF_BATCH)),
                PlantedBug.of(
                        "E2",
                        "a tick commits, whatever became of the outbox before it",
                        2_000,
                        new Patch(
                                DRIVER,
                                TICK_BEGINS,
                                "if (log.tipEntry() != null) { log.markTipEmitted(); } boolean isIdle")),
                PlantedBug.of(
                        "E3",
                        "what is in the log is taken for emitted",
                        10,
                        new Patch(COMMITS, "if (known.isEmitted(tip)) {", "if (known.isEmitted(tip) || true) {")),
                PlantedBug.of(
                        "E3",
                        "whether a batch starts after the position is judged once records were dropped",
                        2_000,
                        new Patch(
                                DRIVER,
                                "Position.compareSequenceNumbers(batch.firstSequenceNumber(), position.sequenceNumber()) > 0",
                                "batch.items().stream().anyMatch(item -> item.record().position().compareTo(position) > 0)")),
                PlantedBug.of(
                        "E3",
                        "an entry is taken for emitted though its position's record may have expired",
                        2_000,
                        new Patch(
                                DRIVER,
                                "&& batch.nowMillis() - tip.progress().arrivalMillis() < KNOWN_PRESENT.toMillis()",
                                "")),
                PlantedBug.of(
                        "E3",
                        "an entry is taken for emitted though another mapping's batch wrote it",
                        2_000,
                        new Patch(DRIVER, "&& Objects.equals(settings.mappingId(), tip.mappingId())", "")),
                PlantedBug.of(
                        "E3",
                        "an entry is taken for emitted though the mapping may have given up",
                        2_000,
                        new Patch(DRIVER, "&& settings.retriesForever()", "")),
                PlantedBug.of(
                                "E4",
                                "an entry is of kind batch if a batch wrote it",
                                2_000,
                                new Patch(
                                        "state/StateLog",
                                        "private boolean caughtUp;",
                                        "private boolean caughtUp; public boolean isTick;"),
                                new Patch(
                                        "state/StateLog",
                                        "NextEntry.of(name, settings, current, changes, isSeal)",
                                        "NextEntry.of(name, settings, current, changes, isSeal, isTick)"),
                                new Patch(
                                        "state/NextEntry",
                                        "Changes changes, boolean isSeal)",
                                        "Changes changes, boolean isSeal, boolean isTick)"),
                                new Patch("state/NextEntry", "kind(advance > 0, isSeal)", "kind(!isTick, isSeal)"),
                                new Patch(DRIVER, KNOWN_OF_BATCH, "log.isTick = false; " + KNOWN_OF_BATCH),
                                new Patch(DRIVER, TICK_BEGINS, "log.isTick = true; " + TICK_BEGINS))
                        .under(Circumstances.SHORT_LIVES),
                PlantedBug.of(
                        "E5",
                        "a tick that changes nothing emits nothing",
                        2_000,
                        new Patch(DRIVER, TICK_BEGINS, "boolean isIdle"),
                        new Patch(COMMITS, COMMIT, "emitTip(tip -> false); " + COMMIT)),
                PlantedBug.of(
                        "E6",
                        "a row is written whatever its version",
                        2_000,
                        new Patch("sink/TableEmitter", ".conditionExpression(CONDITION)", "")));
    }
}

package dev.millrace.local.simulator;

import java.util.List;

/** Mistakes with the state log: how entries are committed, and buckets written and read (L, B). */
final class LogBugs {
    private static final String CONDITION = ".conditionExpression(\"attribute_not_exists(n) OR n < :n\")";

    private LogBugs() {}

    static List<PlantedBug> all() {
        return List.of(
                PlantedBug.of("L1", "an entry is written whatever is in its slot", 10, unconditional("ENTRY")),
                PlantedBug.of(
                        "L2",
                        "an entry whose outcome is not known is taken for committed",
                        2_000,
                        new Patch("state/StateLog", "PutResult result = store.put(draft.item());", """
                                PutResult result;
                                try {
                                    result = store.put(draft.item());
                                } catch (StateLogUnavailableException e) {
                                    result = new PutResult.Landed(null);
                                }
                                """)),
                PlantedBug.of(
                        "L2",
                        "memory is kept as it is after an entry was refused",
                        2_000,
                        new Patch(
                                "driver/LoggedTask",
                                "if (!(result instanceof CommitResult.Committed committed)) { throw new FencedException(); }"
                                        + " count(passedOver);",
                                """
                                if (!(result instanceof CommitResult.Committed committed)) {
                                    current.committed();
                                    throw new FencedException();
                                }
                                count(passedOver);
                                """)),
                PlantedBug.of(
                        "L2",
                        "memory is kept as it is after the outcome of an entry was not known",
                        2_000,
                        new Patch("driver/LoggedTask", "CommitResult result = log.commit(changes);", """
                                CommitResult result;
                                try {
                                    result = log.commit(changes);
                                } catch (dev.millrace.state.StateLogUnavailableException e) {
                                    current.committed();
                                    throw e;
                                }
                                """)),
                PlantedBug.of(
                        "L3",
                        "who is a lap behind does not load again",
                        2_000,
                        new Patch("state/StateLog", "return !ring.lapped();", "return true;")),
                PlantedBug.of(
                        "L4",
                        "an output apart from its entry is keyed without its writer",
                        2_000,
                        new Patch(
                                "state/ItemKey",
                                "\"/output/\" + number + \"/\" + writerId, index",
                                "\"/output/\" + number, index")),
                PlantedBug.of("B1", "a bucket is written whatever its stamp", 2_000, unconditional("BUCKET")),
                PlantedBug.of(
                        "B2",
                        "an entry is overwritten, whatever buckets need it",
                        2_000,
                        new Patch("state/StateLog", "buckets.cover(current, number);", "")),
                PlantedBug.of(
                        "B2",
                        "an entry is overwritten while a bucket's stamp equals it",
                        2_000,
                        new Patch("state/Cover", "stamps[bucket] <= number", "stamps[bucket] < number")),
                PlantedBug.of(
                        "B3",
                        "a load reads entries from after the smallest stamp on",
                        2_000,
                        new Patch(
                                "state/LogLoader",
                                "smallest == header.startNumber() ? smallest + 1 : smallest",
                                "smallest + 1")));
    }

    /** What breaks a rule and harms nothing: a copy that is behind is refused whatever it commits (L1), and then reads on (L3). */
    static List<PlantedBug> harmless() {
        return List.of(
                PlantedBug.of(
                        "B3",
                        "a load that ends before the largest stamp is taken",
                        500,
                        new Patch("state/LogLoader", "ring.lapped() || image.tip() < largest", "ring.lapped()")),
                PlantedBug.of(
                        "B3",
                        "a load that was lapped is taken",
                        500,
                        new Patch(
                                "state/LogLoader", "ring.lapped() || image.tip() < largest", "image.tip() < largest")));
    }

    private static Patch unconditional(String kind) {
        return new Patch(
                "state/dynamodb/DynamoDbStateLogStore",
                CONDITION,
                ".conditionExpression(item.key().kind() == ItemKey.Kind." + kind
                        + " ? null : \"attribute_not_exists(n) OR n < :n\")");
    }
}

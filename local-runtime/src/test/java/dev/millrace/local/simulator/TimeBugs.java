package dev.millrace.local.simulator;

import java.util.List;

/** Mistakes with event time, and with what moves on without records (T). */
final class TimeBugs {
    private TimeBugs() {}

    static List<PlantedBug> all() {
        return List.of(
                PlantedBug.of(
                        "T1",
                        "a shard that is stuck is taken for idle",
                        2_000,
                        new Patch(
                                "lambda/Shard",
                                "return response.records().isEmpty() && lag != null && lag == 0 && response.nextShardIterator() != null;",
                                "return response.nextShardIterator() != null;")),
                PlantedBug.of(
                        "T1",
                        "a shard is idle where a read finds nothing, whatever is behind it",
                        2_000,
                        new Patch("lambda/Shard", "&& lag != null && lag == 0", "")),
                PlantedBug.of(
                        "T1",
                        "a closed shard is idle once it is read",
                        2_000,
                        new Patch("lambda/Shard", "lag == 0 && response.nextShardIterator() != null;", "lag == 0;")),
                PlantedBug.of(
                                "T1",
                                "event time goes on from where the last tick brought it",
                                2_000,
                                new Patch(
                                        "engine/TaskTime",
                                        "return clock.isProcessingTime() ? clear : from + (clear - arrivalMillis);",
                                        "return Math.max(from, watermarkMillis) + (clear - arrivalMillis);"))
                        .under(Circumstances.LONG_WINDOWS),
                PlantedBug.of(
                                "T1",
                                "now is after the read that proves a shard idle",
                                2_000,
                                new Patch(
                                        "lambda/Ticks",
                                        "driver.tick(clock.millis(), awaited, probe);",
                                        "driver.tick(clock::millis, awaited, probe);"),
                                new Patch(
                                        "driver/PartitionDriver",
                                        "tick(nowMillis, Progress.NO_TIME, probe);",
                                        "tick(() -> nowMillis, Progress.NO_TIME, probe);"),
                                new Patch(
                                        "driver/PartitionDriver",
                                        "public void tick(long nowMillis, long awaitedMillis, IdleProbe probe) {",
                                        """
                                        public void tick(long nowMillis, long awaitedMillis, IdleProbe probe) {
                                            tick(() -> nowMillis, awaitedMillis, probe);
                                        }

                                        public void tick(
                                                java.util.function.LongSupplier now, long awaitedMillis, IdleProbe probe) {
                                        """),
                                new Patch(
                                        "driver/PartitionDriver",
                                        "task.tick(nowMillis, isIdle,",
                                        "task.tick(now.getAsLong(), isIdle,"))
                        .under(Circumstances.SLOW_READS),
                PlantedBug.of(
                        "T2",
                        "an event time far ahead counts",
                        10,
                        new Patch("engine/EventClock", "> extracted.maxAhead().toMillis()", "> Long.MAX_VALUE - 1")),
                PlantedBug.of(
                        "position",
                        "the position stays before a record that is passed over",
                        10,
                        new Patch("engine/Task", "time.decided(record, failure.eventTimeMillis());", "")));
    }
}

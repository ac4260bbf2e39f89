package dev.millrace.local.simulator;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What seeds do while a mistake is looked for: all that they are wont to, or much of something, so that a rare path is taken
 * often. Nothing is violated by them alone.
 *
 * @param sentence what is special about them
 * @param shape the only kind of pipeline, or null for all
 * @param profile what every seed does much of, or null for what it chooses
 * @param patches what else is otherwise, in the source of the simulator and the product
 */
record Circumstances(
        String name,
        String sentence,
        @Nullable PipelineShape shape,
        @Nullable Profile profile,
        List<Patch> patches) {
    static final Circumstances STANDARD = new Circumstances("standard", "a standard run", null, null, List.of());

    static final Circumstances RESHARDINGS = new Circumstances(
            "reshardings", "the simulator's profile of that name", null, Profile.reshardings, List.of());

    static final Circumstances RUNNERS =
            new Circumstances("runners", "the simulator's profile of that name", null, Profile.runners, List.of());

    static final Circumstances SMALL_PACKED_RECORDS = new Circumstances(
            "small packed records",
            "what an entry has for a shard goes in many small records",
            PipelineShape.chained,
            null,
            List.of(new Patch("exchange/Packer", "RecordWriter.MAX_RECORD_BYTES - 64 * 1024", "40")));

    private static final Patch SILENCES =
            new Patch("local/simulator/Workload", "world.happens(Fault.IDLE, 10)", "world.happens(Fault.IDLE, 2)");

    static final Circumstances SHORT_LIVES = new Circumstances(
            "short lives",
            "one stage; environments die often, entries have one output, and silences are frequent",
            PipelineShape.single,
            Profile.crashes,
            List.of(
                    SILENCES,
                    new Patch(
                            "local/simulator/Scenario",
                            "hasMappingId, hasMappingId && !world.isOneIn(4), limits(world));",
                            "true, true, new Limits(1, 1 << 20));")));

    static final Circumstances LONG_WINDOWS = new Circumstances(
            "long windows",
            "one stage; windows slide and are long, the source is often silent, and ticks are frequent",
            PipelineShape.single,
            null,
            List.of(
                    SILENCES,
                    new Patch("local/simulator/Workload", "SILENCE_MILLIS = 30_000;", "SILENCE_MILLIS = 17_500;"),
                    new Patch("local/simulator/Scenario", "world.isOneIn(2) ? 10_000 : 5_000;", "40_000;"),
                    // So many windows take more state than the small items of some seeds hold.
                    new Patch(
                            "local/simulator/Scenario",
                            "SMALL_SLIDING_BYTES = 800;",
                            "SMALL_SLIDING_BYTES = StoredItem.MAX_BYTES;"),
                    new Patch(
                            "local/simulator/Scenario",
                            "SMALL_LIST_BYTES = 1_200;",
                            "SMALL_LIST_BYTES = StoredItem.MAX_BYTES;"),
                    new Patch("local/simulator/Simulation", "World.BEGINNING + 60_000;", "World.BEGINNING + 240_000;"),
                    new Patch(
                            "local/simulator/Scenario",
                            "slides = !isChained && !isSession && world.isOneIn(2);",
                            "slides = true;"),
                    new Patch("local/simulator/Simulation", "world.isOneIn(6)", "world.isOneIn(2)")));

    static final Circumstances SLOW_READS = new Circumstances(
            "slow reads",
            "one stage; what a shard is read for takes long to arrive, and silences and ticks are frequent",
            PipelineShape.single,
            null,
            longPauses(
                    SILENCES,
                    new Patch("local/simulator/Simulation", "world.isOneIn(6)", "world.isOneIn(3)"),
                    new Patch("local/simulator/Caller", "T result = effect.get();", """
                            T result = effect.get();
                            if (request.get().startsWith("reads at")) {
                                world.pause();
                            }
                            """)));

    static final Circumstances UNSEEN_TAKEOVERS = new Circumstances(
            "unseen takeovers",
            "one stage; shards are split and merged while their ticks are about to commit, and how a log begins is not checked",
            PipelineShape.single,
            Profile.reshardings,
            longPauses(
                    SILENCES,
                    new Patch("local/simulator/LogWatch", "checkFirst(ring, entry);", ""),
                    new Patch(
                            "local/simulator/Simulation",
                            "world.isOneIn(world.profile == Profile.reshardings ? 8 : 30)",
                            "world.isOneIn(30)"),
                    new Patch("local/simulator/Simulation", "if (world.isOneIn(6)) { mapping.tick(); }", """
                            if (world.isOneIn(3)) {
                                mapping.tick();
                                if (world.hasSuspended()) {
                                    workload.reshard();
                                    mapping.tick();
                                }
                            }
                            """),
                    new Patch(
                            "local/simulator/SimulatedDynamoDb",
                            "boolean isConditional = request.conditionExpression() != null;",
                            """
                            boolean isConditional = request.conditionExpression() != null;
                            if (isState && StateTable.text(request.item(), "pk").endsWith("/ring")) {
                                world.pause();
                            }
                            """)));

    Circumstances {
        patches = List.copyOf(patches);
    }

    /** Invocations stop at certain places only, and then for long. */
    private static List<Patch> longPauses(Patch... where) {
        List<Patch> always = List.of(
                new Patch("local/simulator/Functions", "MOST_ENVIRONMENTS = 3;", "MOST_ENVIRONMENTS = 6;"),
                new Patch(
                        "local/simulator/Simulation",
                        "world.hasSuspended() && world.isOneIn(3)",
                        "world.hasSuspended() && world.isOneIn(10)"),
                new Patch(
                        "local/simulator/World", "running == null && !calm && isOneIn(3)", "running == null && !calm"),
                new Patch("local/simulator/World", "if (isOneIn(4)) { running.suspend(); }", ""),
                new Patch("local/simulator/World", "boolean hasSuspended() {", """
                        void pause() {
                            if (running != null && !calm && isOneIn(2)) {
                                running.suspend();
                            }
                        }

                        boolean hasSuspended() {
                        """));
        return Stream.concat(always.stream(), Arrays.stream(where)).toList();
    }
}

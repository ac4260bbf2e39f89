package dev.millrace.local.simulator;

import java.util.ArrayList;
import java.util.List;

/**
 * What the simulator does otherwise than it is wont to, so that a rare path is taken often. Nothing is violated by it alone.
 *
 * @param sentence what it does
 * @param patches how, in its source and the product's
 */
record FaultProfile(String name, String sentence, List<Patch> patches) {
    static final FaultProfile STANDARD = of("standard", "what a standard run does");

    private static final Patch ONE_STAGE = new Patch(
            "local/simulator/Scenario",
            "wanted == null ? world.pick(List.of(PipelineShape.values())) : wanted;",
            "PipelineShape.single;");

    /** Where invocations stop is left to those that this is a part of. */
    private static final FaultProfile LONG_PAUSES = of(
            "long pauses",
            "invocations that stop do so for long",
            new Patch("local/simulator/Functions", "MOST_ENVIRONMENTS = 3;", "MOST_ENVIRONMENTS = 6;"),
            new Patch(
                    "local/simulator/Simulation",
                    "world.hasSuspended() && world.isOneIn(3)",
                    "world.hasSuspended() && world.isOneIn(10)"),
            new Patch("local/simulator/World", "running == null && !calm && isOneIn(3)", "running == null && !calm"),
            new Patch("local/simulator/World", "if (isOneIn(4)) { running.suspend(); }", ""),
            new Patch(
                    "local/simulator/World",
                    "boolean hasSuspended() {",
                    """
                    void pause() {
                        if (running != null && !calm && isOneIn(2)) {
                            running.suspend();
                        }
                    }

                    boolean hasSuspended() {
                    """));

    static final FaultProfile SMALL_PACKED_RECORDS = of(
            "small packed records",
            "what an entry has for a shard goes in many small records",
            new Patch("exchange/Packer", "RecordWriter.MAX_RECORD_BYTES - 64 * 1024", "40"));

    static final FaultProfile SMALL_ITEMS = of(
            "small items",
            "outputs are in items of their own, and environments die often",
            new Patch("local/simulator/Scenario", "world.isOneIn(3) ? SMALL_ITEM_BYTES : StoredItem.MAX_BYTES", "SMALL_ITEM_BYTES"),
            new Patch("local/simulator/Scenario", "world.isOneIn(2) ? Limits.DEFAULT : new", "world.isOneIn(1) ? Limits.DEFAULT : new"),
            new Patch("local/simulator/Caller", "CRASH_ONE_IN = 250;", "CRASH_ONE_IN = 50;"));

    static final FaultProfile SHORT_LIVES = of(
            "short lives",
            "one stage; environments die often, entries have one output, and silences are frequent",
            ONE_STAGE,
            new Patch("local/simulator/Caller", "CRASH_ONE_IN = 250;", "CRASH_ONE_IN = 30;"),
            new Patch("local/simulator/Scenario", "!world.isOneIn(4), !world.isOneIn(4),", "true, true,"),
            new Patch(
                    "local/simulator/Scenario",
                    "world.isOneIn(2) ? Limits.DEFAULT : new Limits(1 + world.pick(3), 1 << 20)",
                    "new Limits(1, 1 << 20)"),
            new Patch("local/simulator/Workload", "world.happens(Fault.IDLE, 10)", "world.happens(Fault.IDLE, 2)"));

    static final FaultProfile MUCH_RESHARDING = of(
            "much resharding",
            "shards are split and merged most of the time",
            new Patch("local/simulator/Workload", "reshardings = 2;", "reshardings = 8;"),
            new Patch("local/simulator/Simulation", "world.isOneIn(30)", "world.isOneIn(5)"));

    static final FaultProfile SHORT_SILENCES = of(
            "short silences",
            "one stage; the source is often silent for somewhat longer than the idle timeout, and ticks are frequent",
            ONE_STAGE,
            new Patch("local/simulator/Workload", "SILENCE_MILLIS = 30_000;", "SILENCE_MILLIS = 17_500;"),
            new Patch("local/simulator/Workload", "world.happens(Fault.IDLE, 10)", "world.happens(Fault.IDLE, 2)"),
            new Patch("local/simulator/Simulation", "world.isOneIn(6)", "world.isOneIn(2)"));

    static final FaultProfile SLOW_READS = of(
                    "slow reads",
                    "one stage; reads of shards take long, and silences and ticks are frequent",
                    ONE_STAGE,
                    new Patch("local/simulator/Workload", "world.happens(Fault.IDLE, 10)", "world.happens(Fault.IDLE, 2)"),
                    new Patch("local/simulator/Simulation", "world.isOneIn(6)", "world.isOneIn(3)"),
                    new Patch(
                            "local/simulator/Caller",
                            "T result = effect.get();",
                            """
                            T result = effect.get();
                            if (request.startsWith("reads at")) {
                                world.pause();
                            }
                            """))
            .and(LONG_PAUSES);

    static final FaultProfile UNSEEN_TAKEOVERS = of(
                    "unseen takeovers",
                    "one stage; a shard is split or merged while its tick is about to commit, and it is not checked that"
                            + " parents are sealed",
                    ONE_STAGE,
                    new Patch("local/simulator/LogWatch", "checkParents(ring);", ""),
                    new Patch("local/simulator/Workload", "reshardings = 2;", "reshardings = 8;"),
                    new Patch("local/simulator/Workload", "world.happens(Fault.IDLE, 10)", "world.happens(Fault.IDLE, 3)"),
                    new Patch(
                            "local/simulator/Simulation",
                            "if (world.isOneIn(6)) { mapping.tick(); }",
                            """
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
                            """))
            .and(LONG_PAUSES);

    FaultProfile {
        patches = List.copyOf(patches);
    }

    private FaultProfile and(FaultProfile other) {
        List<Patch> both = new ArrayList<>(patches);
        both.addAll(other.patches);
        return new FaultProfile(name, sentence, both);
    }

    private static FaultProfile of(String name, String sentence, Patch... patches) {
        return new FaultProfile(name, sentence, List.of(patches));
    }
}

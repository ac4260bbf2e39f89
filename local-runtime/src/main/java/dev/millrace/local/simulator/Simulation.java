package dev.millrace.local.simulator;

import dev.millrace.Emission;
import dev.millrace.Pipeline;
import dev.millrace.plan.Plan;
import dev.millrace.plan.Stage;
import dev.millrace.state.dynamodb.DynamoDbStateLogStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One seed, from its first step to its verdict.
 *
 * <pre>
 *   stormy   records arrive, batches and ticks run, shards split and merge, and everything fails now and then
 *   calm     nothing fails any more; all is delivered, shards fall idle, and what is open closes
 *   verdict  what readers see is what the truth says
 * </pre>
 */
final class Simulation {
    private static final int STORMY_STEPS = 90;
    /** In so many steps all windows close that are open once all has arrived. */
    private static final int ROUNDS = 2;
    /** Longer than any interval at which results are sent. */
    private static final long SETTLING_MILLIS = 5_000;

    private static final int SEEDS_FOR_A_RUNNER = 5;
    /** How many invocations a calm shard may take for each batch. */
    private static final int MOST_ATTEMPTS = 40;

    private final World world;
    private final Scenario scenario;
    private final Functions functions;
    private final List<Mapping> mappings = new ArrayList<>();
    private final Workload workload;
    private final Verdict verdict;
    private final LogWatch watch;
    private final StoredLogs logs;
    private final RowTables rows;
    private final AppendedIds appended;
    private final boolean hasRunner;
    private @Nullable RunnerProcess runner;
    private boolean isMended;

    /**
     * What came of a seed.
     *
     * @param violation what was violated, or null where all was well
     * @param step the last step
     * @param traceHash the same for the same course of events
     */
    record Outcome(
            long seed,
            @Nullable String violation,
            int step,
            long traceHash,
            Map<Fault, Integer> faults,
            String scenario) {}

    private Simulation(World world, @Nullable PipelineShape shape) {
        this.world = world;
        this.scenario = Scenario.of(world, shape);
        world.tell(this::sentence);
        Pipeline pipeline = SimulatedPipeline.of(scenario, () -> isMended);
        Plan plan = Plan.of(pipeline);
        List<String> ends = List.of(SimulatedPipeline.RESULTS, SimulatedPipeline.LATE, SimulatedPipeline.LETTERS);
        this.appended = new AppendedIds(world, ends, scenario.emission() instanceof Emission.Every);
        this.rows = new RowTables(world);
        Streams streams = new Streams(world, appended);
        ends.forEach(stream -> streams.add(stream, 1));
        this.watch = new LogWatch(
                world,
                pipeline.name(),
                new EmissionWatch(world, pipeline, appended),
                stage -> streams.stream(plan.stage(stage).inputStream()));
        StateTable state = new StateTable(world, watch);
        Services services = new Services(state, rows, streams, plan.stateTable());
        this.functions = new Functions(world, scenario, plan, services);
        for (Stage stage : plan.stages()) {
            int shards = stage.readsSource() ? scenario.sourceShards() : scenario.internalShards();
            SimulatedStream input = streams.add(stage.inputStream(), shards);
            mappings.add(new Mapping(stage.name(), input, world, functions, watch));
        }
        Truth truth = new Truth(scenario, Workload.PARTITION_KEYS);
        this.workload = new Workload(world, scenario, streams, streams.stream(SimulatedPipeline.SOURCE), truth);
        SimulatedDynamoDb reader =
                new SimulatedDynamoDb(world, new Caller("the check", world, 0), state, rows, plan.stateTable());
        this.logs = new StoredLogs(world, watch, new DynamoDbStateLogStore(reader, plan.stateTable(), duration -> {}));
        this.verdict = new Verdict(world, scenario, truth);
        // A runner mends what functions leave, so most seeds do without.
        this.hasRunner = world.profile == Profile.runners || world.isOneIn(SEEDS_FOR_A_RUNNER);
    }

    private String sentence() {
        return scenario.sentence(world.profile);
    }

    /**
     * @param shape what kind of pipeline, or null to let the seed choose
     * @param profile what to do much of, or null to let the seed choose
     * @param lines takes a line for each thing that happens, or null
     */
    static Outcome run(
            long seed, @Nullable PipelineShape shape, @Nullable Profile profile, @Nullable Consumer<String> lines) {
        Trace trace = new Trace(lines);
        World world = new World(seed, trace, profile);
        Simulation simulation = new Simulation(world, shape);
        @Nullable String violation = null;
        try {
            simulation.run();
        } catch (Violation e) {
            violation = String.valueOf(e.getMessage());
        } finally {
            simulation.abandon();
        }
        return new Outcome(seed, violation, trace.step(), trace.hash(), world.counts(), simulation.sentence());
    }

    private void run() {
        for (int i = 0; i < STORMY_STEPS || !workload.isOver(); i++) {
            world.trace.nextStep();
            stormyStep();
            world.check();
        }
        isMended = true;
        if (world.happens(Fault.REPLACED, 2)) {
            functions.replace();
        }
        world.becomeCalm();
        world.finishSuspended();
        world.landDelayed();
        // A merged shard goes on from the parent that was behind, which may have been so from the start.
        long all = world.nowMillis() - World.BEGINNING + 60_000;
        for (int round = 0; round < ROUNDS; round++) {
            round(all / ROUNDS);
        }
        settle();
        verdict.check(rows, appended);
        logs.check();
        world.check();
    }

    /** Time passes, all is delivered, and every stage has a tick. */
    private void round(long millis) {
        world.pass(millis);
        for (Mapping mapping : mappings) {
            world.trace.nextStep();
            deliverAll(mapping);
            mapping.tick();
            world.check();
        }
    }

    /** Until nothing is left to say: a tick sends no more of what is sent every so often than goes into one entry. */
    private void settle() {
        long before = -1;
        for (int round = 0; watch.entries() != before; round++) {
            if (round == MOST_ATTEMPTS) {
                throw world.violated(
                        "Nothing comes in any more, and yet entries are written in each of " + round + " rounds");
            }
            before = watch.entries();
            round(SETTLING_MILLIS);
        }
    }

    private void stormyStep() {
        if (!workload.isOver() && world.isOneIn(3)) {
            workload.put();
        } else if (world.hasSuspended() && world.isOneIn(3)) {
            world.resumeOne();
        } else if (!functions.busy().isEmpty() && world.happens(Fault.TIMEOUT, 30)) {
            world.pick(functions.busy()).caller.die();
        } else if (world.happens(Fault.REPLACED, 150)) {
            functions.replace();
        } else if (world.isOneIn(world.profile == Profile.reshardings ? 8 : 30)) {
            workload.reshard();
        } else if (hasRunner && world.mayHappen(Fault.RUNNER, 10)) {
            stepRunner();
        } else if (!moveMapping()) {
            Mapping mapping = world.pick(mappings);
            if (world.isOneIn(6)) {
                mapping.tick();
            } else {
                mapping.deliver(world.pick(mapping.stream.shards()));
            }
        }
    }

    /** One runner at a time is told what to do; what is under way in those before it goes on. */
    private void stepRunner() {
        RunnerProcess current = runner;
        if (current == null || current.caller.isDead() || world.happens(Fault.RUNNER_GONE, 60)) {
            current = functions.startRunner();
            runner = current;
        }
        if (!current.isBusy()) {
            world.happened(Fault.RUNNER);
            // Several steps in a row: between two commits there are to be some records.
            for (int steps = 1 + world.pick(6); steps > 0 && !current.isBusy(); steps--) {
                current.step();
            }
        }
    }

    /** @return false if no mapping goes on from elsewhere in this step */
    private boolean moveMapping() {
        Mapping mapping = world.pick(mappings);
        SimulatedShard shard = world.pick(mapping.stream.shards());
        if (world.mayHappen(Fault.MAPPING_REPLACED, 150)) {
            world.happened(Fault.MAPPING_REPLACED);
            mapping.replace();
        } else if (world.mayHappen(Fault.EXPIRED, 40) && mapping.expireDecided(shard)) {
            world.happened(Fault.EXPIRED);
        } else if (!scenario.retriesForever() && world.mayHappen(Fault.GIVEN_UP, 20) && mapping.passDecided(shard)) {
            world.happened(Fault.GIVEN_UP);
        } else {
            return false;
        }
        return true;
    }

    private void deliverAll(Mapping mapping) {
        for (SimulatedShard shard : List.copyOf(mapping.stream.shards())) {
            for (int attempts = 0; !mapping.isDone(shard); attempts++) {
                if (attempts == MOST_ATTEMPTS) {
                    throw world.violated("Nothing fails any more, and yet " + shard.id + " of " + mapping.stream.name
                            + " is not processed to its end after " + attempts + " invocations. The last failure: "
                            + mapping.lastFailure(shard));
                }
                mapping.deliver(shard);
                world.check();
            }
        }
    }

    /** Ends what is under way, so that nothing of it is left. */
    private void abandon() {
        functions.busy().forEach(environment -> environment.caller.die());
        RunnerProcess left = runner;
        if (left != null) {
            left.caller.die();
        }
        world.finishSuspended();
    }
}

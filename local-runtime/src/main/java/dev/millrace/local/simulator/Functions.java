package dev.millrace.local.simulator;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import dev.millrace.driver.PartitionSettings;
import dev.millrace.lambda.HandlerHost;
import dev.millrace.lambda.HandlerSettings;
import dev.millrace.lambda.KinesisHandler;
import dev.millrace.plan.Plan;
import dev.millrace.state.StateLogSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** The functions of all stages, each with a few environments that come and go. */
final class Functions {
    private static final int MOST_ENVIRONMENTS = 3;
    private static final int MOST_PAUSE_MILLIS = 2_000;
    private static final int MOST_SKEW_MILLIS = 2_000;

    private final World world;
    private final Scenario scenario;
    private final Plan plan;
    private final Services services;
    private final ExecutorService rowWriters = new SameThread();
    private final Map<String, List<Environment>> environments = new HashMap<>();
    private final Map<String, Environment> lastUsed = new HashMap<>();
    /** How many mappings of a stage there were before the one at hand. */
    private final Map<String, Integer> replacedMappings = new HashMap<>();

    private int lives;

    Functions(World world, Scenario scenario, Plan plan, Services services) {
        this.world = world;
        this.scenario = scenario;
        this.plan = plan;
        this.services = services;
    }

    /** An environment that is free, for the invocation that follows; null where all are at work. */
    @Nullable
    Environment take(String stage) {
        List<Environment> all = environments.computeIfAbsent(stage, absent -> new ArrayList<>());
        all.removeIf(environment -> environment.caller.isDead() && !environment.isBusy());
        List<Environment> free = all.stream()
                .filter(environment -> !environment.isBusy() && !environment.caller.isDead())
                .toList();
        Environment chosen;
        if (all.size() < MOST_ENVIRONMENTS && (free.isEmpty() || world.isOneIn(6))) {
            world.happened(Fault.COLD_START);
            chosen = start(stage);
            all.add(chosen);
        } else if (free.isEmpty()) {
            return null;
        } else {
            chosen = world.pick(free);
            if (lastUsed.get(stage) != chosen) {
                world.happened(Fault.STALE_MEMORY);
            }
        }
        lastUsed.put(stage, chosen);
        chosen.begin();
        return chosen;
    }

    /** As a deployment does: all environments come to their ends, and others will begin. */
    void replace() {
        environments.values().forEach(all -> all.forEach(environment -> environment.caller.die()));
    }

    /** The stage's functions are told of another mapping, and so begin anew. */
    void replaceMapping(String stage) {
        replacedMappings.merge(stage, 1, Integer::sum);
        environments.getOrDefault(stage, List.of()).forEach(environment -> environment.caller.die());
    }

    /** All that are at work. */
    List<Environment> busy() {
        return environments.values().stream()
                .flatMap(List::stream)
                .filter(environment -> environment.isBusy() && !environment.caller.isDead())
                .toList();
    }

    /** Whether one of the stage's environments is in the middle of a batch. */
    boolean isAtBatch(String stage) {
        return environments.getOrDefault(stage, List.of()).stream()
                .anyMatch(environment -> environment.isAtBatch() && !environment.caller.isDead());
    }

    /** A process of its own for the whole pipeline, record at a time. */
    RunnerProcess startRunner() {
        Caller caller = caller("runner");
        return new RunnerProcess(caller, world, plan, services, dynamoDb(caller), kinesis(caller), host(caller));
    }

    private Caller caller(String name) {
        int skewMillis = world.happens(Fault.CLOCK_SKEW, 2) ? world.pick(2 * MOST_SKEW_MILLIS) - MOST_SKEW_MILLIS : 0;
        return new Caller(name + "#" + ++lives, world, skewMillis);
    }

    private DynamoDbClient dynamoDb(Caller caller) {
        return new SimulatedDynamoDb(world, caller, services.state(), services.rows(), services.stateTable());
    }

    private KinesisClient kinesis(Caller caller) {
        return new SimulatedKinesis(world, caller, services.streams());
    }

    private Environment start(String stage) {
        Caller caller = caller(stage);
        @Nullable
        String mappingId = scenario.hasMappingId() ? "mapping-" + replacedMappings.getOrDefault(stage, 0) : null;
        HandlerSettings settings = new HandlerSettings(
                Optional.of(stage),
                Optional.of(services.stateTable()),
                new PartitionSettings(mappingId, scenario.retriesForever(), Scenario.IDLE_TIMEOUT, scenario.limits()));
        RequestHandler<KinesisEvent, StreamsEventResponse> handler =
                new KinesisHandler(plan, settings, dynamoDb(caller), kinesis(caller), host(caller));
        return new Environment(caller, world, handler);
    }

    private HandlerHost host(Caller caller) {
        boolean isOther = world.happens(Fault.OTHER_LAYOUT, 8);
        int ringSlots = scenario.ringSlots() + (isOther ? 1 + world.pick(4) : 0);
        int buckets = scenario.buckets() + (isOther ? world.pick(3) : 0);
        return new HandlerHost(
                new SimulatedClock(world, caller.skewMillis),
                duration -> world.pass(Math.min(duration.toMillis(), MOST_PAUSE_MILLIS)),
                rowWriters,
                mapping -> StateLogSettings.of("writer-" + ++lives, mapping)
                        .withLayout(ringSlots, buckets)
                        .withLimits(scenario.itemBytes(), scenario.itemBytes()));
    }
}

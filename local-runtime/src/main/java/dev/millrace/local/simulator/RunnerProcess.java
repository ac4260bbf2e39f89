package dev.millrace.local.simulator;

import dev.millrace.driver.NotDrainedException;
import dev.millrace.lambda.HandlerHost;
import dev.millrace.local.kinesis.StartingPosition;
import dev.millrace.local.runner.KeyedPartition;
import dev.millrace.local.runner.RunnerStages;
import dev.millrace.local.runner.SourcePartition;
import dev.millrace.local.runner.StraightEmitter;
import dev.millrace.local.source.ShardRead;
import dev.millrace.local.source.SourceShard;
import dev.millrace.local.source.SourceStream;
import dev.millrace.plan.Plan;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * A process that runs the whole pipeline record at a time, as {@code millrace run} does, but one step after another: chance says
 * which shard is read, and when is committed.
 */
final class RunnerProcess {
    private static final int MOST_RECORDS = 4;

    final Caller caller;
    private final World world;
    private final String source;
    private final Streams streams;
    private final Supplier<RunnerStages> starting;
    private @Nullable RunnerStages stages;
    private final Map<String, SourcePartition> partitions = new HashMap<>();
    private boolean isBusy;

    RunnerProcess(
            Caller caller,
            World world,
            Plan plan,
            Services services,
            DynamoDbClient dynamoDb,
            KinesisClient kinesis,
            HandlerHost host) {
        this.caller = caller;
        this.world = world;
        this.source = plan.sourceStream();
        this.streams = services.streams();
        this.starting = () -> new RunnerStages(
                plan,
                new AtOnce(SourceStream.of(kinesis, plan.sourceStream()), () -> noteRead(plan.sourceStream())),
                name -> new AtOnce(SourceStream.of(kinesis, name), () -> noteRead(name)),
                dynamoDb,
                kinesis,
                host,
                Scenario.IDLE_TIMEOUT,
                (emitter, log) -> emitter,
                (stage, keyed) -> sent -> take(keyed, sent));
    }

    boolean isBusy() {
        return isBusy;
    }

    /** Does something, on its own or while others do. */
    void step() {
        isBusy = true;
        world.invoke(() -> {
            try {
                go();
            } catch (Crash e) {
                caller.die();
            } catch (Violation e) {
                world.violated(String.valueOf(e.getMessage()));
            } catch (RuntimeException e) {
                world.tell(() -> caller.name + " has failed, and begins again: " + e);
                partitions.clear();
            } catch (Error e) {
                world.violated("The runner ended with " + e);
            } catch (InterruptedException e) {
                world.violated("The runner was interrupted");
            } finally {
                isBusy = false;
            }
        });
    }

    private void go() throws InterruptedException {
        SimulatedShard shard = world.pick(streams.stream(source).shards());
        world.tell(() -> caller.name + " goes on with " + shard.id);
        RunnerStages started = stages;
        if (started == null) {
            started = starting.get();
            stages = started;
        }
        SourcePartition partition = partitions.get(shard.id);
        if (partition == null) {
            partition = started.source(shard.id);
            try {
                partition.begin();
            } catch (NotDrainedException e) {
                return;
            }
            partitions.put(shard.id, partition);
        }
        boolean hasCome = partition.read(1 + world.pick(MOST_RECORDS), Duration.ZERO);
        if (world.isOneIn(2)) {
            partition.flush();
        } else if (!hasCome || world.isOneIn(6)) {
            partition.tick();
        }
    }

    private void noteRead(String stream) {
        if (!stream.equals(source)) {
            world.happened(Fault.STRAIGHT_AFTER_STREAM);
        }
    }

    private void take(List<KeyedPartition> keyed, StraightEmitter.Sent sent) {
        try {
            for (KeyedPartition partition : keyed) {
                if (world.isOneIn(8)) {
                    partition.tick();
                }
                partition.feed(sent);
                partition.flush();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A stream that nobody waits at: time is the world's. */
    private record AtOnce(SourceStream stream, Runnable isRead) implements SourceStream {
        @Override
        public String name() {
            return stream.name();
        }

        @Override
        public List<SourceShard> shards() {
            return stream.shards();
        }

        @Override
        public String iterator(String shardId, StartingPosition position) {
            return stream.iterator(shardId, position);
        }

        @Override
        public ShardRead read(String iterator, int limit, Duration timeout) throws InterruptedException {
            ShardRead read = stream.read(iterator, limit, Duration.ZERO);
            if (!read.records().isEmpty()) {
                isRead.run();
            }
            return read;
        }
    }
}

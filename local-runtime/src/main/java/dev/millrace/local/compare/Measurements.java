package dev.millrace.local.compare;

import dev.millrace.local.aws.AwsAddress;
import dev.millrace.local.aws.AwsClients;
import dev.millrace.local.mapping.Checkpoints;
import dev.millrace.local.source.SourceStream;
import dev.millrace.plan.Plan;

/** What measurements of a mode have in common: how it is run, on a world in this process. */
final class Measurements {
    /** As {@code dev} and {@code run} have it by default. */
    static final int SHARDS = 2;

    /** Beyond it something is wrong, on whatever machine. */
    static final double PATIENCE_SECONDS = 60;

    private Measurements() {}

    /** A pipeline that runs on a world, with the client that writes its results. */
    record Run(World world, ComparedMode mode, SinkWatch watch, Processing processing, AwsClients clients)
            implements AutoCloseable {
        /** Waits until all results of an input are in the table, and checks them. */
        void awaitResults(Input input) throws InterruptedException {
            Patience.await("all results of " + mode, PATIENCE_SECONDS, () -> watch.total() >= input.values());
            world.check(mode, input.counts());
        }

        @Override
        public void close() {
            processing.close();
            clients.close();
        }
    }

    static Run start(
            World world,
            ComparedMode mode,
            ComparisonSettings settings,
            Processing.Workers workers,
            SinkWatch watch,
            ReadWatch.Reads reads) {
        Plan plan = world.plan();
        AwsClients clients = AwsAddress.local(world.uri()).clients(watch);
        Site site = new Site(
                plan,
                name -> {
                    SourceStream stream = SourceStream.of(world.kinesis(), name);
                    return name.equals(plan.sourceStream()) ? new ReadWatch(stream, reads) : stream;
                },
                clients);
        Processing processing = Processing.start(mode, site, settings, workers, stage -> Checkpoints.inMemory());
        return new Run(world, mode, watch, processing, clients);
    }

    /** One that looks for the results of probes. */
    static SinkWatch watch(Plan plan, Probes probes) {
        return new SinkWatch(World.table(plan), (key, nanos) -> {
            Long probe = Input.probe(key);
            if (probe != null) {
                probes.seen(probe, nanos);
            }
        });
    }
}

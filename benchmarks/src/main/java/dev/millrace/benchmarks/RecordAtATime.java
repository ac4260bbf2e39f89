package dev.millrace.benchmarks;

import dev.millrace.engine.Output;
import dev.millrace.local.aws.AwsAddress;
import dev.millrace.local.aws.AwsClients;
import dev.millrace.local.aws.PipelineResources;
import dev.millrace.local.endpoint.LocalEndpoint;
import dev.millrace.local.endpoint.LocalEndpointOptions;
import dev.millrace.local.runner.Runner;
import dev.millrace.local.runner.RunnerSettings;
import dev.millrace.local.source.SourceStream;
import dev.millrace.plan.Plan;
import dev.millrace.sink.Emitter;
import dev.millrace.sink.IdentifiedOutput;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.Consumer;

/** Pipelines in the record-at-a-time runner, from memory to memory, with their state at a local endpoint in this process. */
final class RecordAtATime implements AutoCloseable {
    private final LocalEndpoint endpoint =
            LocalEndpoint.start(LocalEndpointOptions.defaults().withPort(0));
    private final AwsClients clients = AwsAddress.local(endpoint.uri()).clients();

    /**
     * Starts a pipeline.
     *
     * @param partitions of each stage behind a {@code keyBy}
     * @param sink takes the payloads of results, from several threads
     */
    Runner start(Plan plan, MemoryStream source, int partitions, RunnerSettings settings, Consumer<byte[]> sink) {
        var unused = PipelineResources.create(clients, plan, partitions);
        return Runner.start(
                plan,
                source,
                name -> name.equals(plan.sourceStream()) ? source : SourceStream.of(endpoint.kinesis(), name),
                clients,
                settings,
                all -> new ToMemory(sink));
    }

    private record ToMemory(Consumer<byte[]> sink) implements Emitter {
        @Override
        public void emit(List<IdentifiedOutput> outputs) {
            for (IdentifiedOutput output : outputs) {
                if (output.output().sink().equals(Output.DEAD_LETTERS)) {
                    throw new IllegalStateException("an event is a dead letter");
                }
                sink.accept(output.output().payload());
            }
        }
    }

    /** CPU time of the whole process so far. */
    static long processCpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    @Override
    public void close() {
        clients.close();
        endpoint.close();
    }
}

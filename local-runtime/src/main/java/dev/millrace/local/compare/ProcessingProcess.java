package dev.millrace.local.compare;

import dev.millrace.local.aws.AwsAddress;
import dev.millrace.local.aws.AwsClients;
import dev.millrace.local.mapping.Checkpoints;
import dev.millrace.local.source.SourceStream;
import dev.millrace.plan.PipelineLoader;
import dev.millrace.plan.Plan;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;

/**
 * A process that does nothing but process, to be killed: the stream and the tables are in another. It prints what it reads of the
 * source, before it has it, and which probes' results are in the table.
 */
final class ProcessingProcess {
    /** {@code read SHARD FIRST LAST}: the sequence numbers of a read. */
    static final String READ = "read";

    /** {@code seen NUMBER}: of a probe. */
    static final String SEEN = "seen";

    private ProcessingProcess() {}

    /** @param args the mode, the settings as JSON, where the stream and the tables are, and where mappings keep checkpoints */
    public static void main(String[] args) throws InterruptedException {
        PrintStream lines = System.out;
        System.setOut(System.err);
        JavaProcess.haltWithParent(line -> {});
        ComparisonSettings settings = Json.read(args[1], ComparisonSettings.class);
        Plan plan = Plan.of(PipelineLoader.load(settings.pipelineClass(), ProcessingProcess.class.getClassLoader()));
        SinkWatch watch = new SinkWatch(World.table(plan), (key, nanos) -> {
            Long probe = Input.probe(key);
            if (probe != null) {
                print(lines, SEEN + " " + probe);
            }
        });
        AwsClients clients = AwsAddress.local(URI.create(args[2])).clients(watch);
        Site site = new Site(
                plan,
                name -> {
                    SourceStream stream = SourceStream.of(clients.kinesis(), name);
                    return name.equals(plan.sourceStream())
                            ? new ReadWatch(
                                    stream,
                                    (shardId, read) -> print(
                                            lines,
                                            READ + " " + shardId + " "
                                                    + read.records().get(0).sequenceNumber() + " "
                                                    + read.records()
                                                            .get(read.records().size() - 1)
                                                            .sequenceNumber()))
                            : stream;
                },
                clients);
        Path checkpoints = Path.of(args[3]);
        var unused = Processing.start(
                ComparedMode.valueOf(args[0]),
                site,
                settings,
                new Processing.Workers.Default(),
                stage -> Checkpoints.inDirectory(checkpoints.resolve(stage)));
        // Until it is killed.
        Thread.currentThread().join();
    }

    private static void print(PrintStream lines, String line) {
        synchronized (lines) {
            lines.println(line);
            lines.flush();
        }
    }
}

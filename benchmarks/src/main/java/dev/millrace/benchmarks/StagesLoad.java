package dev.millrace.benchmarks;

import dev.millrace.Pipeline;
import dev.millrace.benchmarks.EngineBenchmark.Form;
import dev.millrace.driver.BatchItem;
import dev.millrace.driver.ShardInfo;
import dev.millrace.engine.Exchanged;
import dev.millrace.engine.HashRange;
import dev.millrace.engine.Output;
import dev.millrace.engine.Position;
import dev.millrace.engine.SourceRecord;
import dev.millrace.engine.Task;
import dev.millrace.engine.UpstreamId;
import dev.millrace.engine.UpstreamShard;
import dev.millrace.exchange.ExchangeReader;
import dev.millrace.exchange.Packer;
import dev.millrace.plan.Plan;
import dev.millrace.plan.Stage;
import dev.millrace.sink.IdentifiedOutput;
import dev.millrace.sink.OutputId;
import dev.millrace.sink.StreamRecord;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The tasks of two stages under load, in one thread: a task that reads the source, and one for each of two internal shards.
 * Between them go packed records; of state logs and streams there is nothing.
 */
final class StagesLoad {
    static final int RECORDS_PER_COMMIT = 1_000;

    private static final String SOURCE_SHARD = "shardId-000000000000";
    /** One shard at its limit of 1,000 records a second. */
    private static final int RECORDS_PER_WINDOW = 60_000;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Plan plan;
    private final Stage stage;
    private final PurchaseLoop records;
    private final CommittingTask sender;
    private final List<Receiver> receivers = new ArrayList<>();
    private final ExchangeReader reader;
    private long entries;
    private long senderNanos;
    private long sentBytes;

    /** One internal shard and its task. */
    private static final class Receiver {
        private final ShardInfo shard;
        private final CommittingTask partition;
        private long taken;
        private long parts;
        private long nanos;

        private Receiver(Pipeline pipeline, Stage stage, ShardInfo shard) {
            this.shard = shard;
            this.partition = new CommittingTask(pipeline, stage.name(), shard.shardId());
            UpstreamId source = new UpstreamId(stage.upstreams().get(0), SOURCE_SHARD);
            partition.task().upstreams(List.of(new UpstreamShard(source, List.of())));
        }
    }

    StagesLoad(Keys keys, Grouping grouping) {
        this.records = new PurchaseLoop(Form.DECODED, keys.draws(PurchaseRecords.SEED), RECORDS_PER_WINDOW);
        Pipeline pipeline = CountPipeline.ofShiftedPurchases(grouping, records::shiftMillis);
        this.plan = Plan.of(pipeline);
        this.stage = plan.stages().get(1);
        this.reader = new ExchangeReader(pipeline.name(), stage);
        this.sender = new CommittingTask(pipeline, plan.stages().get(0).name(), SOURCE_SHARD);
        BigInteger middle = HashRange.ALL.last().shiftRight(1);
        HashRange lower = new HashRange(BigInteger.ZERO, middle);
        HashRange upper = new HashRange(middle.add(BigInteger.ONE), HashRange.ALL.last());
        for (HashRange range : List.of(lower, upper)) {
            String id = "shardId-00000000000" + receivers.size();
            receivers.add(new Receiver(pipeline, stage, new ShardInfo(id, List.of(), range, true)));
        }
    }

    /** The next records through both stages. */
    void run(int count) {
        for (int done = 0; done < count; done += RECORDS_PER_COMMIT) {
            long start = THREADS.getCurrentThreadCpuTime();
            List<StreamRecord> packed = pack(applyBatch());
            senderNanos += THREADS.getCurrentThreadCpuTime() - start;
            for (StreamRecord record : packed) {
                take(record);
            }
        }
    }

    /** The next records through the sender, up to the changes that go to its state log. */
    void runSender(int count) {
        for (int done = 0; done < count; done += RECORDS_PER_COMMIT) {
            applyBatch();
        }
    }

    /** As {@link #runSender}, and packed. */
    void runSenderAndPacker(int count) {
        for (int done = 0; done < count; done += RECORDS_PER_COMMIT) {
            pack(applyBatch());
        }
    }

    private List<Output> applyBatch() {
        Task task = sender.task();
        for (int i = 0; i < RECORDS_PER_COMMIT; i++) {
            records.applyTo(task);
            if (!task.fireDue() || (task.isFull() && i < RECORDS_PER_COMMIT - 1)) {
                throw new IllegalStateException("a batch has to fit one entry");
            }
            records.advance();
        }
        return sender.commit().outbox();
    }

    private List<StreamRecord> pack(List<Output> outputs) {
        entries++;
        OutputId first =
                new OutputId(plan.pipeline().name(), plan.stages().get(0).name(), SOURCE_SHARD, 1, entries, 0);
        List<StreamRecord> packed = Packer.pack(
                stage.name(),
                IdentifiedOutput.ofOutbox(first, outputs),
                receivers.stream().map(receiver -> receiver.shard).toList());
        for (StreamRecord record : packed) {
            sentBytes += record.size();
        }
        return packed;
    }

    private void take(StreamRecord packed) {
        long start = THREADS.getCurrentThreadCpuTime();
        Receiver receiver = receivers.stream()
                .filter(one -> one.shard.shardId().equals(packed.shardId()))
                .findFirst()
                .orElseThrow();
        Position position = new Position(Long.toString(++receiver.taken), 0, false);
        SourceRecord record =
                new SourceRecord(packed.partitionKey(), packed.data(), position, PurchaseRecords.START_MILLIS);
        Task task = receiver.partition.task();
        for (BatchItem item : reader.items(List.of(record), receiver.shard.range())) {
            Exchanged exchanged = Objects.requireNonNull(item.exchanged(), () -> "not readable: " + item.failure());
            receiver.parts += exchanged instanceof Exchanged.OfPart ? 1 : 0;
            task.applyExchanged(item.record(), exchanged);
            while (!task.fireDue()) {
                receiver.partition.commit();
            }
            if (task.isFull()) {
                receiver.partition.commit();
            }
        }
        receiver.partition.commit();
        receiver.nanos += THREADS.getCurrentThreadCpuTime() - start;
    }

    /** How many results have come of it so far. */
    long results() {
        return receivers.stream()
                .mapToLong(receiver -> receiver.partition.outputs())
                .sum();
    }

    /** How many parts have come to the receivers so far. */
    long parts() {
        return receivers.stream().mapToLong(receiver -> receiver.parts).sum();
    }

    /** How many of them have come to the one that got most. */
    long mostParts() {
        return receivers.stream().mapToLong(receiver -> receiver.parts).max().orElse(0);
    }

    /** Bytes of packed records and their partition keys so far. */
    long sentBytes() {
        return sentBytes;
    }

    /** The CPU time of the sender's task so far, packing included. */
    long senderNanos() {
        return senderNanos;
    }

    /** The CPU time so far of that receiver's task which took most. */
    long slowestReceiverNanos() {
        return receivers.stream().mapToLong(receiver -> receiver.nanos).max().orElse(0);
    }

    /** The CPU time of all tasks so far. */
    long totalNanos() {
        return senderNanos
                + receivers.stream().mapToLong(receiver -> receiver.nanos).sum();
    }
}

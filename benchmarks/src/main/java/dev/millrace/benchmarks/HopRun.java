package dev.millrace.benchmarks;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.millrace.benchmarks.CountingStages.BatchOutcome;
import dev.millrace.benchmarks.CountingStages.Received;
import java.util.function.IntSupplier;

/**
 * What a run costs between two stages: 10,000 keys (Zipf 1.1), 1,000 records a second, windows of a minute, one shard of the
 * source, two of the internal stream. Sums over all batches, but for what is said to be the most of a batch.
 *
 * @param mostSenderEntries the most entries that the sender wrote for a batch; it closes no windows
 * @param quiet how many batches of the receivers closed no window
 * @param mostReceiverEntries the most entries that a receiver wrote for one of those
 * @param receiverEntries what the receivers wrote for all batches, windows that closed included
 * @param mostRequests the most calls of PutRecords for a batch
 * @param records what came to the internal stream, and
 * @param bytes its data and partition keys
 * @param plainBytes the source's records, data and partition keys: what would come to the stream if each were put again
 */
record HopRun(
        Grouping grouping,
        int batchRecords,
        int batches,
        long senderEntries,
        long mostSenderEntries,
        long quiet,
        long mostReceiverEntries,
        long receiverEntries,
        long requests,
        long mostRequests,
        long records,
        long bytes,
        long plainBytes,
        long results) {
    /** What may go through the internal stream, of what plain re-keying would put there. */
    private static final double BAR = 0.1;

    static HopRun measure(LocalKinesis kinesis, Grouping grouping, int batchRecords, int batches) {
        String stream = "hop-" + grouping + "-" + batchRecords;
        CountingStages stages = new CountingStages(kinesis, stream, grouping);
        IntSupplier keys = Keys.ZIPF.draws(PurchaseRecords.SEED);
        HopRun run = new HopRun(grouping, batchRecords, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        for (int batch = 0; batch < batches; batch++) {
            run = run.plus(stages.apply(batchRecords, keys));
        }
        return run;
    }

    private HopRun plus(BatchOutcome batch) {
        long quietMore = 0;
        long mostMore = mostReceiverEntries;
        long entriesMore = 0;
        long resultsMore = 0;
        for (Received received : batch.receivers()) {
            entriesMore += received.entries();
            resultsMore += received.results();
            if (received.results() == 0) {
                quietMore++;
                mostMore = Math.max(mostMore, received.entries());
            }
        }
        return new HopRun(
                grouping,
                batchRecords,
                batches + 1,
                senderEntries + batch.senderEntries(),
                Math.max(mostSenderEntries, batch.senderEntries()),
                quiet + quietMore,
                mostMore,
                receiverEntries + entriesMore,
                requests + batch.puts().requests(),
                Math.max(mostRequests, batch.puts().requests()),
                records + batch.puts().records(),
                bytes + batch.puts().bytes(),
                plainBytes + batch.plainBytes(),
                results + resultsMore);
    }

    /** The bytes on the internal stream, of those that plain re-keying would put there. */
    @JsonProperty
    double ofPlain() {
        return (double) bytes / plainBytes;
    }

    /** Whether a batch is one entry of each partition and one request, and combining saves what it should. */
    boolean isWithinBars() {
        return mostSenderEntries == 1 && mostReceiverEntries == 1 && mostRequests == 1 && ofPlain() <= BAR;
    }
}

package dev.millrace.local.kcl;

import dev.millrace.driver.BatchResult;
import dev.millrace.engine.Position;
import dev.millrace.engine.Progress;
import dev.millrace.engine.SourceRecord;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.kinesis.exceptions.InvalidStateException;
import software.amazon.kinesis.exceptions.ShutdownException;
import software.amazon.kinesis.leases.exceptions.LeasingException;
import software.amazon.kinesis.lifecycle.events.InitializationInput;
import software.amazon.kinesis.lifecycle.events.LeaseLostInput;
import software.amazon.kinesis.lifecycle.events.ProcessRecordsInput;
import software.amazon.kinesis.lifecycle.events.ShardEndedInput;
import software.amazon.kinesis.lifecycle.events.ShutdownRequestedInput;
import software.amazon.kinesis.processor.ShardRecordProcessor;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

/**
 * A shard whose lease this process holds.
 *
 * <pre>
 *   begun: its log is caught up with ▶ records: applied, committed, emitted ▶ ... ▶ read to its end ▶ the lease says so
 *                                         │
 *                       the lease is lost, or the process is to end: what is not committed is dropped
 * </pre>
 *
 * <p>KCL passes over records for which {@link #processRecords} throws, and counts a shard as read where the last of them threw. So
 * that does not throw: it tries until it is done, or gives up, and takes nothing more after that. KCL calls all but {@link #tick}
 * on one thread at a time.
 */
final class SharedShard implements ShardRecordProcessor {
    private static final Logger LOG = LoggerFactory.getLogger(SharedShard.class);
    private static final SharedStage.Ticked NOTHING = new SharedStage.Ticked(null, Progress.NO_TIME);

    private final SharedStage stage;
    private final ShardLeases leases;
    private final Attempts attempts;
    private final Ticker ticker;

    /** Runs a shard's ticks, from now on. */
    interface Ticker {
        ScheduledFuture<?> start(Runnable tick);
    }

    private String shardId = "";
    private @Nullable ScheduledFuture<?> ticks;
    private boolean hasGivenUp;
    /** Whether the lease is no longer this object's to write to; guarded by this. */
    private boolean isOver;

    private SharedStage.@Nullable Ticked followed;

    SharedShard(SharedStage stage, ShardLeases leases, Attempts attempts, Ticker ticker) {
        this.stage = stage;
        this.leases = leases;
        this.attempts = attempts;
        this.ticker = ticker;
    }

    @Override
    public void initialize(InitializationInput input) {
        shardId = input.shardId();
        ticks = ticker.start(this::tick);
    }

    @Override
    public void processRecords(ProcessRecordsInput input) {
        if (hasGivenUp) {
            // Records are missing before these. Where the lease is still held, it is to begin anew.
            leases.drop(shardId);
            return;
        }
        List<SourceRecord> records =
                input.records().stream().map(SharedShard::whole).toList();
        hasGivenUp = !attempts.untilDone(shardId, () -> apply(records));
    }

    private void apply(List<SourceRecord> records) {
        if (stage.apply(shardId, records) instanceof BatchResult.FailedAt failed) {
            throw new IllegalStateException("record " + failed.sequenceNumber() + " cannot be processed: "
                    + failed.message() + ". The pipeline's policy is to fail, so its shard waits: mend the record or"
                    + " the code, or choose another policy with onError(...)");
        }
    }

    static SourceRecord whole(KinesisClientRecord record) {
        return new SourceRecord(
                record.partitionKey(),
                bytes(record.data()),
                new Position(record.sequenceNumber(), 0, false),
                record.approximateArrivalTimestamp().toEpochMilli());
    }

    private static byte[] bytes(ByteBuffer data) {
        byte[] bytes = new byte[data.remaining()];
        data.duplicate().get(bytes);
        return bytes;
    }

    /** Closes windows, if the shard is idle, and notes in the lease how far it has come. */
    private void tick() {
        try {
            SharedStage.Ticked ticked = stage.tick(shardId, leases.awaitedMillis());
            follow(ticked);
        } catch (RuntimeException | LeasingException e) {
            failed(e);
        }
    }

    private synchronized void failed(Exception e) {
        if (!isOver) {
            LOG.warn("The tick of shard {} of {} comes again: {}", shardId, stage.stream(), e.toString());
        }
    }

    private synchronized void follow(SharedStage.Ticked ticked) throws LeasingException {
        if (isOver || ticked.equals(followed) || ticked.equals(NOTHING)) {
            return;
        }
        if (leases.follow(shardId, ticked.position(), ticked.awaitedMillis())) {
            followed = ticked;
        }
    }

    /** Also where it was never {@linkplain #initialize begun}. */
    @Override
    public void leaseLost(LeaseLostInput input) {
        end();
        stage.forget(shardId);
    }

    /** All of its records were handed over; whether they are committed is another question. */
    @Override
    public void shardEnded(ShardEndedInput input) {
        if (hasGivenUp || !stage.isReadToEnd(shardId)) {
            // KCL will try again, and find that it does not hold the lease: the shard is then read from its last
            // commit.
            leases.drop(shardId);
            throw new IllegalStateException(
                    "shard " + shardId + " of " + stage.stream() + " is not processed to its end");
        }
        end();
        try {
            input.checkpointer().checkpoint();
        } catch (InvalidStateException | ShutdownException e) {
            throw new IllegalStateException(e);
        }
        stage.forget(shardId);
    }

    /** Somebody else is to have it, or the process is to end. All that was applied is committed. */
    @Override
    public void shutdownRequested(ShutdownRequestedInput input) {
        hasGivenUp = true;
        tick();
        end();
    }

    private synchronized void end() {
        isOver = true;
        ScheduledFuture<?> begun = ticks;
        if (begun != null) {
            begun.cancel(false);
        }
    }
}

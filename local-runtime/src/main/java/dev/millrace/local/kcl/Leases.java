package dev.millrace.local.kcl;

import dev.millrace.engine.Position;
import dev.millrace.engine.Progress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import software.amazon.kinesis.checkpoint.Checkpoint;
import software.amazon.kinesis.checkpoint.dynamodb.DynamoDBCheckpointer;
import software.amazon.kinesis.exceptions.KinesisClientLibException;
import software.amazon.kinesis.leases.Lease;
import software.amazon.kinesis.leases.LeaseCoordinator;
import software.amazon.kinesis.leases.LeaseRefresher;
import software.amazon.kinesis.leases.exceptions.LeasingException;
import software.amazon.kinesis.retrieval.kpl.ExtendedSequenceNumber;

/**
 * What KCL keeps of a stage's shards. A shard is read from where its state log is, whatever its lease says; the lease's checkpoint
 * follows the log, for those who look at it. Beside it the lease says until when others must say that they are idle (X4):
 * on Lambda one tick goes through all shards of a stage, and knows; here they are dealt out to processes.
 */
final class Leases extends DynamoDBCheckpointer implements ShardLeases {
    private static final String OPERATION = "FollowLog";

    private final LeaseCoordinator coordinator;
    private final LeaseRefresher table;
    private final StartPositions startPositions;
    private volatile long awaitedMillis = Progress.NO_TIME;

    /** Where a shard is to be read from. */
    interface StartPositions {
        /**
         * The last record decided, once the shard's log is caught up with and nothing is left of it to be done; null for the
         * shard's beginning.
         */
        @Nullable
        Position of(String shardId);
    }

    Leases(LeaseCoordinator coordinator, LeaseRefresher table, StartPositions startPositions) {
        super(coordinator, table);
        this.coordinator = coordinator;
        this.table = table;
        this.startPositions = startPositions;
    }

    @Override
    public Checkpoint getCheckpointObject(String leaseKey) throws KinesisClientLibException {
        return new Checkpoint(at(startPositions.of(leaseKey)), null, null);
    }

    /** Records are read from that of this number on, and those up to this number are left out. */
    private static ExtendedSequenceNumber at(@Nullable Position position) {
        if (position == null) {
            return ExtendedSequenceNumber.TRIM_HORIZON;
        }
        // One of which a part is decided comes again: as a whole it has the sub-sequence number 0.
        return new ExtendedSequenceNumber(position.sequenceNumber(), position.insideAggregate() ? -1L : 0L);
    }

    @Override
    public boolean isHeld(String shardId) {
        return coordinator.getCurrentlyHeldLease(shardId) != null;
    }

    @Override
    public boolean follow(String shardId, @Nullable Position position, long awaitedMillis) throws LeasingException {
        Lease lease = coordinator.getCurrentlyHeldLease(shardId);
        if (lease == null || lease.checkpoint().isShardEnd()) {
            return false;
        }
        if (position != null && !position.insideAggregate()) {
            lease.checkpoint(at(position));
        }
        // KCL keeps application state with a pending checkpoint only.
        lease.pendingCheckpoint(lease.checkpoint());
        lease.pendingCheckpointState(
                ByteBuffer.allocate(Long.BYTES).putLong(awaitedMillis).array());
        lease.ownerSwitchesSinceCheckpoint(0L);
        return coordinator.updateLease(lease, lease.concurrencyToken(), OPERATION, shardId);
    }

    @Override
    public void drop(String shardId) {
        Lease lease = coordinator.getCurrentlyHeldLease(shardId);
        if (lease != null) {
            coordinator.dropLease(lease);
        }
    }

    /** Says in the table that the leases of this process are nobody's, for others not to wait until they run out. */
    void giveUpAll() throws LeasingException {
        String owner = coordinator.workerIdentifier();
        for (Lease lease : table.listLeases()) {
            if (owner.equals(lease.leaseOwner())) {
                var unused = table.evictLease(lease);
            }
        }
    }

    /** Reads from the table for {@link #awaitedMillis}. */
    void refreshAwaited() throws LeasingException {
        long largest = Progress.NO_TIME;
        for (Lease lease : table.listLeases()) {
            byte[] state = lease.pendingCheckpointState();
            if (state != null && state.length == Long.BYTES) {
                largest = Math.max(largest, ByteBuffer.wrap(state).getLong());
            }
        }
        awaitedMillis = largest;
    }

    @Override
    public long awaitedMillis() {
        return awaitedMillis;
    }
}

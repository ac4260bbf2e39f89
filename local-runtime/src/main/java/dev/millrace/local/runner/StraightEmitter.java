package dev.millrace.local.runner;

import dev.millrace.engine.UpstreamId;
import dev.millrace.exchange.InternalStream;
import dev.millrace.exchange.Packer;
import dev.millrace.sink.Emitter;
import dev.millrace.sink.IdentifiedOutput;
import dev.millrace.sink.OutputId;
import dev.millrace.sink.StreamRecord;
import dev.millrace.state.StateLog;
import dev.millrace.state.StateLogCounters;
import java.util.List;

/**
 * Sends what a partition's entries have for another stage straight to that stage's partitions in this process: the same records
 * that would go to the internal stream. It returns once all of them have committed it, so that what is emitted is durable there,
 * and the sender's next entry may be committed (E2).
 *
 * <p>A receiver drops what it has taken before by its high-water marks (X1), which must not pass over anything that it has yet to
 * take. What this life of the sender emits comes entry after entry. But where others may have emitted entries since, as on
 * Lambda, those are in the internal stream: so an entry that follows entries of others, or is the first of this life, is sent
 * with word that the stream comes first.
 *
 * <p>For one partition; used by one thread at a time.
 */
public final class StraightEmitter implements Emitter {
    private static final long NONE = -1;

    private final String stage;
    private final InternalStream stream;
    private final StateLog log;
    private final Receiver receiver;
    /** How much of others was found in the log when something was last emitted. */
    private long othersKnown = NONE;

    /** Takes what is sent to a stage. */
    public interface Receiver {
        /**
         * Returns once all that was sent is committed.
         *
         * @throws RuntimeException if it is not, or it is not known: it is to be sent again
         */
        void take(Sent sent);
    }

    /**
     * What one entry has for a stage.
     *
     * @param from the partition that sends it
     * @param first the id of the first output
     * @param records for all partitions of the stage, each with its shard
     * @param mayFollowOthers whether entries before it may have been emitted by others, to the internal stream
     */
    public record Sent(UpstreamId from, OutputId first, List<StreamRecord> records, boolean mayFollowOthers) {}

    StraightEmitter(String stage, InternalStream stream, StateLog log, Receiver receiver) {
        this.stage = stage;
        this.stream = stream;
        this.log = log;
        this.receiver = receiver;
    }

    @Override
    public void emit(List<IdentifiedOutput> outputs) {
        OutputId first = outputs.get(0).id();
        StateLogCounters counters = log.counters();
        long others = counters.caughtUp() + counters.loads();
        receiver.take(new Sent(
                new UpstreamId(first.stage(), first.partition()),
                first,
                Packer.pack(stage, outputs, stream.shards()),
                others != othersKnown));
        othersKnown = others;
    }
}

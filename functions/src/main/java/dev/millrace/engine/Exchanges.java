package dev.millrace.engine;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a stage sends on to others, all of them together: the parts that wait, and with them how far its event time has come.
 * Each advance of it is sent to every stage, since windows may close there that nothing was sent to (X4).
 */
final class Exchanges {
    /** The keyless state that there is while the partition is idle, and has said so: up to when. */
    private static final KeyId IDLE = KeyId.keyless("$exchange");

    private static final long NAMESPACE = 0;

    private final Map<String, List<ExchangeSender>> sendersByStage = new LinkedHashMap<>();
    /** Up to when all that had arrived is sent; {@link Progress#NO_TIME} while the partition is active. */
    private long clearMillis = Progress.NO_TIME;

    /** How far event time has gone on by then. */
    private long idleMillis = Progress.NO_TIME;

    private long clearCommittedMillis = Progress.NO_TIME;
    private long sentMillis = Progress.NO_TIME;
    private long sentCommittedMillis = Progress.NO_TIME;
    /** The largest that was handed over. */
    private long handedMillis = Progress.NO_TIME;

    void add(String stage, ExchangeSender sender) {
        sendersByStage.computeIfAbsent(stage, name -> new ArrayList<>()).add(sender);
    }

    boolean isEmpty() {
        return sendersByStage.isEmpty();
    }

    /** Whether it was said, for a time or a later one, that all that had arrived by then is sent; or there is nobody to tell. */
    boolean isIdleBy(long millis) {
        return isEmpty() || (clearMillis != Progress.NO_TIME && clearMillis >= millis);
    }

    /**
     * The partition is idle: nothing is to be expected until the next record.
     *
     * @param clear all that had arrived in the source by then is sent
     * @param gone how far event time has gone on by then
     */
    void idle(long clear, long gone) {
        clearMillis = clear;
        idleMillis = gone;
    }

    /** How far event time has gone on, where the partition is idle. */
    long idleMillis() {
        return idleMillis;
    }

    /** A record was decided. */
    void active() {
        clearMillis = Progress.NO_TIME;
        idleMillis = Progress.NO_TIME;
    }

    /**
     * Adds the outputs that are due at a commit.
     *
     * @param watermarkMillis up to when all that is due is sent on with this commit
     * @param arrivalMillis when the last record arrived in the source that the watermark takes in
     * @param isWaiting whether windows are open, so that results may come though nothing arrives: such a partition is not idle
     */
    void addOutputs(Outbox outbox, long watermarkMillis, long arrivalMillis, boolean isWaiting) {
        sentMillis = Math.max(sentCommittedMillis, watermarkMillis);
        boolean advances = sentMillis > sentCommittedMillis || clearMillis != clearCommittedMillis;
        EntryEnd.State state = state(isWaiting);
        sendersByStage.forEach((stage, senders) -> {
            List<Part> parts = new ArrayList<>();
            senders.forEach(sender -> sender.addParts(parts));
            if (advances || !parts.isEmpty()) {
                addOutputs(outbox, stage, parts, arrivalMillis, state);
            }
        });
    }

    /**
     * Hands over what waits, and how far event time has come, to the stages that are in this process; nothing of it is left to be
     * sent with a commit. Every partition is told, whether or not there is a part for it (X4).
     *
     * @param ways by stage
     * @param watermarkMillis as for {@link #addOutputs}, as are the next two
     */
    void handOver(
            Map<String, Handover> ways, UpstreamId from, long watermarkMillis, long arrivalMillis, boolean isWaiting) {
        handedMillis = Math.max(handedMillis, Math.max(sentCommittedMillis, watermarkMillis));
        EntryEnd end = new EntryEnd(0, handedMillis, arrivalMillis, state(isWaiting), clearMillis, idleMillis);
        sendersByStage.forEach((stage, senders) -> {
            Handover way = Objects.requireNonNull(ways.get(stage));
            List<List<Handed.Part>> byReceiver = new ArrayList<>();
            for (int i = 0; i < way.receivers(); i++) {
                byReceiver.add(new ArrayList<>());
            }
            senders.forEach(sender -> sender.handOver(way, byReceiver));
            for (int i = 0; i < byReceiver.size(); i++) {
                way.give(i, new Handed(from, byReceiver.get(i), end));
            }
        });
    }

    private EntryEnd.State state(boolean isWaiting) {
        boolean isQuiet = clearMillis != Progress.NO_TIME;
        return isQuiet && !isWaiting ? EntryEnd.State.IDLE : EntryEnd.State.ACTIVE;
    }

    /** What a partition sends last of all, once everything else is sent. */
    List<Output> lastWords(long arrivalMillis) {
        Outbox outbox = new Outbox();
        sendersByStage
                .keySet()
                .forEach(stage -> addOutputs(outbox, stage, List.of(), arrivalMillis, EntryEnd.State.ENDED));
        return List.copyOf(outbox.outputs());
    }

    /** An output must fit an item of the state table, so many parts take several; the last has the entry's end. */
    private void addOutputs(Outbox outbox, String stage, List<Part> parts, long arrivalMillis, EntryEnd.State state) {
        List<Part> together = new ArrayList<>();
        int bytes = 0;
        for (Part part : parts) {
            if (!together.isEmpty() && bytes + Parts.size(part) > Parts.MAX_PART_BYTES) {
                outbox.add(output(stage, new Parts(together, null)));
                together.clear();
                bytes = 0;
            }
            together.add(part);
            bytes += Parts.size(part);
        }
        EntryEnd end = new EntryEnd(parts.size(), sentMillis, arrivalMillis, state, clearMillis, idleMillis);
        outbox.add(output(stage, new Parts(together, end)));
    }

    private static Output output(String stage, Parts parts) {
        return new Output(Output.EXCHANGE + stage, parts.encode());
    }

    /** Adds what has changed since the last commit. */
    void addChanges(List<CellChange> changes) {
        if (clearMillis != clearCommittedMillis && !isEmpty()) {
            byte[] value = ByteBuffer.allocate(2 * Long.BYTES)
                    .putLong(clearMillis)
                    .putLong(idleMillis)
                    .array();
            changes.add(new CellChange(IDLE, NAMESPACE, clearMillis == Progress.NO_TIME ? null : value));
        }
    }

    void committed() {
        clearCommittedMillis = clearMillis;
        sentCommittedMillis = sentMillis;
        clear();
    }

    /** @param watermarkMillis what was sent with the last commit */
    void restore(KeyedState committed, long watermarkMillis) {
        byte[] stored = committed.cells(IDLE).get(NAMESPACE);
        clearMillis = Progress.NO_TIME;
        idleMillis = Progress.NO_TIME;
        if (stored != null) {
            ByteBuffer times = ByteBuffer.wrap(stored);
            clearMillis = times.getLong();
            idleMillis = times.getLong();
        }
        clearCommittedMillis = clearMillis;
        sentCommittedMillis = watermarkMillis;
        sentMillis = watermarkMillis;
        handedMillis = watermarkMillis;
        clear();
    }

    private void clear() {
        sendersByStage.values().forEach(senders -> senders.forEach(ExchangeSender::clear));
    }
}

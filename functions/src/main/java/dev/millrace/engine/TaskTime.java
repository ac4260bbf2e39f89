package dev.millrace.engine;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How far a partition has come: its position and its event time. In the stage that reads the source event time follows from the
 * records, and from ticks while there are none (T1); in other stages from what those that send to it say (X3, X4).
 */
final class TaskTime {
    private final EventClock clock;
    private final Floors floors;
    private final Graph graph;
    private final Exchanges exchanges;
    /** Null in the stage that reads the source. */
    private final @Nullable Upstreams upstreams;

    private @Nullable Position position;
    private long arrivalMillis = Progress.NO_TIME;
    private long recordWatermarkMillis = Progress.NO_TIME;
    private long watermarkMillis = Progress.NO_TIME;
    /** How far event time has gone on since the last record, whether or not anything was due. No part of the state. */
    private long goneMillis = Progress.NO_TIME;

    TaskTime(EventClock clock, Floors floors, Graph graph, @Nullable Upstreams upstreams) {
        this.clock = clock;
        this.floors = floors;
        this.graph = graph;
        this.exchanges = graph.exchanges();
        this.upstreams = upstreams;
    }

    void reset(Progress progress) {
        if (!Objects.equals(position, progress.position())) {
            goneMillis = Progress.NO_TIME;
        }
        position = progress.position();
        arrivalMillis = progress.arrivalMillis();
        recordWatermarkMillis = progress.recordWatermark();
        watermarkMillis = progress.watermark();
    }

    Progress progress() {
        return new Progress(position, arrivalMillis, recordWatermarkMillis, watermarkMillis);
    }

    long watermarkMillis() {
        return watermarkMillis;
    }

    /** The watermark by which it is judged whether a record is late. */
    long watermarkMillis(SourceRecord record) {
        return floors.watermark(record, watermarkMillis);
    }

    /** When the last record arrived in the source that was taken in. */
    long sourceArrivalMillis() {
        return upstreams == null ? arrivalMillis : upstreams.arrivalMillis();
    }

    /** @param timeMillis the record's event time, or {@link Progress#NO_TIME} */
    void decided(SourceRecord record, long timeMillis) {
        if (record.position() != null) {
            position = record.position();
        }
        arrivalMillis = record.arrivalMillis();
        goneMillis = Progress.NO_TIME;
        exchanges.active();
        if (timeMillis != Progress.NO_TIME) {
            recordWatermarkMillis = Math.max(recordWatermarkMillis, clock.watermark(timeMillis));
            watermarkMillis = Math.max(watermarkMillis, recordWatermarkMillis);
        }
    }

    /** Takes over the watermark that follows from the upstreams'. Where all are idle, it goes on only where something is due. */
    void follow(Upstreams upstreams) {
        recordWatermarkMillis = Math.max(recordWatermarkMillis, upstreams.watermark());
        watermarkMillis = Math.max(watermarkMillis, recordWatermarkMillis);
        goOn(upstreams.idleMillis());
        if (upstreams.clearMillis() == Progress.NO_TIME) {
            exchanges.active();
        } else {
            exchanges.idle(upstreams.clearMillis(), upstreams.idleMillis());
        }
    }

    /** The watermark goes on at the pace of the clock, if something is due by it. */
    private void goOn(long next) {
        goneMillis = next;
        if (next > watermarkMillis && graph.aggregates().stream().anyMatch(operator -> operator.isDue(next))) {
            watermarkMillis = next;
        }
    }

    /** As {@link Task#isAtRest}. */
    boolean isAtRest() {
        return upstreams != null
                && upstreams.clearMillis() != Progress.NO_TIME
                && graph.aggregates().stream().noneMatch(AggregateOperator::isWaiting);
    }

    /** As {@link Task#goneOnMillis}. */
    long goneOnMillis() {
        return goneMillis;
    }

    /** Up to when all that was due has been sent on. */
    long sentMillis() {
        long sent = watermarkMillis;
        for (AggregateOperator operator : graph.aggregates()) {
            sent = Math.min(sent, operator.sentMillis(watermarkMillis));
        }
        return sent;
    }

    /** Adds to the outbox what other stages are told at a commit. */
    void sendOn(Outbox outbox) {
        if (exchanges.isEmpty()) {
            return;
        }
        long sent = sentMillis();
        boolean isWaiting = graph.aggregates().stream().anyMatch(AggregateOperator::isWaiting);
        // Nothing is due by the time that event time has gone on to, once all that is due by the watermark is sent.
        long gone = sent == watermarkMillis && isWaiting ? exchanges.idleMillis() : Progress.NO_TIME;
        exchanges.addOutputs(outbox, Math.max(sent, gone), sourceArrivalMillis(), isWaiting);
    }

    /** As {@link #sendOn}, to the stages that are in this process. */
    void handOver(Map<String, Handover> ways, UpstreamId from) {
        if (exchanges.isEmpty()) {
            return;
        }
        long sent = sentMillis();
        boolean isWaiting = graph.aggregates().stream().anyMatch(AggregateOperator::isWaiting);
        long gone = sent == watermarkMillis && isWaiting ? exchanges.idleMillis() : Progress.NO_TIME;
        exchanges.handOver(ways, from, Math.max(sent, gone), sourceArrivalMillis(), isWaiting);
    }

    /** Something was handed over by another stage. */
    void taken(long nowMillis) {
        arrivalMillis = Math.max(arrivalMillis, nowMillis);
        goneMillis = Progress.NO_TIME;
        exchanges.active();
    }

    /** As {@link Task#canBeIdle}. */
    boolean canBeIdle() {
        Position at = position;
        if (upstreams != null) {
            // What it is sent says so.
            return false;
        }
        // Without any arrival there is nothing that event time could go on from.
        return at == null ? arrivalMillis != Progress.NO_TIME || !exchanges.isEmpty() : !at.insideAggregate();
    }

    /** As {@link Task#tick}. */
    void tick(long nowMillis, boolean isIdle, Duration idleTimeout, long awaitedMillis) {
        if (upstreams != null) {
            return;
        }
        if (clock.isProcessingTime() && arrivalMillis != Progress.NO_TIME) {
            goOn(nowMillis);
        }
        long clear = nowMillis - idleTimeout.toMillis();
        if (!isIdle || (arrivalMillis != Progress.NO_TIME && arrivalMillis >= clear)) {
            return;
        }
        long gone = goneOnMillis(clear);
        goOn(gone);
        // Said again as long as windows of this partition's records are open anywhere, or of others'.
        if (!exchanges.isIdleBy(clear) && !exchanges.isIdleBy(Math.max(awaitedMillis, awaitedMillis()))) {
            exchanges.idle(clear, gone);
        }
    }

    /** As {@link Task#awaitedMillis}. */
    long awaitedMillis() {
        return arrivalMillis(graph::horizonMillis);
    }

    /** As {@link Task#overMillis}. */
    long overMillis() {
        return arrivalMillis(latest -> Math.max(graph.overMillis(latest), graph.horizonMillis(latest)));
    }

    /** By which arrival event time will have gone on until windows are over, of which it is known which are the last. */
    private long arrivalMillis(LongUnaryOperator over) {
        long from = idleFromMillis();
        if (arrivalMillis == Progress.NO_TIME || from == Progress.NO_TIME) {
            return arrivalMillis;
        }
        long last = over.applyAsLong(clock.latest(Math.max(from, floors.largest())));
        if (last == Progress.NO_TIME) {
            return arrivalMillis;
        }
        return clock.isProcessingTime() ? Math.max(arrivalMillis, last) : arrivalMillis + Math.max(0, last - from);
    }

    /** How far event time has gone on by a time after the last arrival. */
    private long goneOnMillis(long clear) {
        long from = idleFromMillis();
        boolean isUnknown = arrivalMillis == Progress.NO_TIME || from == Progress.NO_TIME;
        if (isUnknown) {
            return Progress.NO_TIME;
        }
        return clock.isProcessingTime() ? clear : from + (clear - arrivalMillis);
    }

    /** What event time goes on from, once the partition is idle. */
    private long idleFromMillis() {
        // Next to a parent that never had a record, the others' windows close too.
        return recordWatermarkMillis == Progress.NO_TIME ? floors.smallest() : recordWatermarkMillis;
    }
}

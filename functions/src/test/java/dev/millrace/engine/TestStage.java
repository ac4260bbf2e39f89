package dev.millrace.engine;

import dev.millrace.Pipeline;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** One partition of a stage, driven as a driver does: each thing is applied and committed, unless told otherwise. */
final class TestStage {
    static final Duration IDLE_TIMEOUT = Duration.ofMillis(100);

    final List<Changes> entries = new ArrayList<>();
    private final Map<Reason, Long> counts = new EnumMap<>(Reason.class);
    private final Pipeline pipeline;
    private final String stage;
    private final Limits limits;
    private final Floors floors;
    private List<UpstreamShard> upstreams = List.of();
    private KeyedState state = new KeyedState(4);
    private Task task;
    private long sequence;

    TestStage(Pipeline pipeline, String stage, Limits limits, Floors floors) {
        this.pipeline = pipeline;
        this.stage = stage;
        this.limits = limits;
        this.floors = floors;
        this.task = newTask();
    }

    TestStage(Pipeline pipeline, String stage) {
        this(pipeline, stage, Limits.DEFAULT, Floors.NONE);
    }

    private Task newTask() {
        Task made = new Task(pipeline, stage, "shard-0", state, floors, limits);
        made.restore(progress());
        made.upstreams(upstreams);
        return made;
    }

    Task task() {
        return task;
    }

    /** How many records were passed over in what was committed, by reason. */
    Map<Reason, Long> counts() {
        return counts;
    }

    private Progress progress() {
        return entries.isEmpty()
                ? Progress.NONE
                : entries.get(entries.size() - 1).progress();
    }

    long watermark() {
        return task.progress().watermark();
    }

    void list(UpstreamShard... shards) {
        upstreams = List.of(shards);
        task.upstreams(upstreams);
    }

    /** Loses its memory. */
    void crash() {
        state = new KeyedState(4);
        entries.forEach(entry -> entry.cells().forEach(state::apply));
        task = newTask();
    }

    private SourceRecord record(byte[] data, long arrivalMillis) {
        return new SourceRecord("p", data, new Position(Long.toString(++sequence), 0, false), arrivalMillis);
    }

    /** Applies an event of the source, and does not commit. */
    void apply(Event event, long arrivalMillis) {
        SourceRecord record = record(event.encoded(), arrivalMillis);
        try {
            task.apply(record, arrivalMillis);
        } catch (RecordFailure e) {
            task.passOver(record, e);
        }
    }

    void put(Event event, long arrivalMillis) {
        apply(event, arrivalMillis);
        settle();
    }

    void take(Exchanged exchanged) {
        task.applyExchanged(record(new byte[0], 1), exchanged);
        settle();
    }

    void tick(long nowMillis, long awaitedMillis) {
        task.tick(nowMillis, true, IDLE_TIMEOUT, awaitedMillis);
        settle();
    }

    /** Fires what is due, and commits, in as many entries as that takes. */
    void settle() {
        while (!task.fireDue()) {
            commit();
        }
        commit();
    }

    private void commit() {
        Changes changes = task.changes();
        if (changes.isEmpty()
                && Objects.equals(changes.progress().position(), progress().position())) {
            task.rollback();
            return;
        }
        entries.add(changes);
        changes.cells().forEach(state::apply);
        task.passedOver().forEach((reason, count) -> counts.merge(reason, count, Long::sum));
        task.committed();
    }

    /** What each entry has sent to a stage. */
    List<Parts> sent(String to) {
        return entries.stream().flatMap(entry -> sent(entry, to).stream()).toList();
    }

    static List<Parts> sent(Changes entry, String to) {
        return entry.outbox().stream()
                .filter(output -> output.sink().equals(Output.EXCHANGE + to))
                .map(output -> Parts.decode(output.payload()))
                .toList();
    }

    List<String> outputs(String sink) {
        return entries.stream()
                .flatMap(entry -> entry.outbox().stream())
                .filter(output -> output.sink().equals(sink))
                .map(output -> new String(output.payload(), StandardCharsets.UTF_8))
                .toList();
    }
}

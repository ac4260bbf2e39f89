package dev.millrace.engine;

import dev.millrace.ErrorPolicy;
import dev.millrace.Pipeline;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** An environment that drives a partition's task as a driver does, with the partition's log and its own copy of the state. */
final class TestEnvironment {
    private static final int BUCKETS = 4;

    private final TestPartition partition;
    private KeyedState state;
    private Task task;
    private final Map<Reason, Long> counts = new EnumMap<>(Reason.class);
    private int entriesSeen;
    private long sequence;

    TestEnvironment(TestPartition partition) {
        this.partition = partition;
        this.state = new KeyedState(BUCKETS);
        this.task = newTask();
        crash();
    }

    static TestEnvironment of(Pipeline pipeline) {
        return new TestEnvironment(new TestPartition(pipeline, Limits.DEFAULT));
    }

    Task task() {
        return task;
    }

    /** How many records were passed over in what was committed, by reason. */
    Map<Reason, Long> counts() {
        return counts;
    }

    TestPartition partition() {
        return partition;
    }

    /** The next record of the shard. */
    SourceRecord record(String partitionKey, byte[] data, long arrivalMillis) {
        sequence++;
        return new SourceRecord(partitionKey, data, new Position(Long.toString(sequence), 0, false), arrivalMillis);
    }

    /** The next record of the shard, which arrives at its event time. */
    SourceRecord record(Event event) {
        return record(event.key(), event.encoded(), event.timeMillis());
    }

    /** Applies and commits one event. */
    void process(Event event) {
        process(record(event));
    }

    /** Applies and commits one record, which is passed over if it fails and the policy lets it. */
    void process(SourceRecord record) {
        try {
            task.apply(record, record.arrivalMillis());
        } catch (RecordFailure e) {
            if (e.needsRollback()) {
                task.rollback();
            }
            if (partition.pipeline.errorPolicy() == ErrorPolicy.FAIL) {
                throw e;
            }
            task.passOver(record, e);
        }
        finishDue();
        commit();
    }

    void finishDue() {
        while (!task.fireDue()) {
            commit();
        }
    }

    /** Commits what there is to say. */
    void commit() {
        Changes changes = task.changes();
        if (changes.isEmpty()
                && Objects.equals(
                        changes.progress().position(), partition.progress().position())) {
            task.rollback();
            return;
        }
        partition.entries().add(changes);
        changes.cells().forEach(state::apply);
        entriesSeen++;
        task.passedOver().forEach((reason, count) -> counts.merge(reason, count, Long::sum));
        task.committed();
    }

    /** Commits, and does not hear of it. */
    void commitWithoutReply() {
        partition.entries().add(task.changes());
        catchUp();
    }

    /** Takes over what was committed by any environment. */
    void catchUp() {
        Set<KeyId> changed = new LinkedHashSet<>();
        List<Changes> entries = partition.entries();
        for (; entriesSeen < entries.size(); entriesSeen++) {
            for (CellChange change : entries.get(entriesSeen).cells()) {
                state.apply(change);
                changed.add(change.id());
            }
        }
        task.caughtUp(partition.progress(), changed);
    }

    /** Loses its memory, and loads the state anew. */
    void crash() {
        state = new KeyedState(BUCKETS);
        entriesSeen = 0;
        for (Changes entry : partition.entries()) {
            entry.cells().forEach(state::apply);
            entriesSeen++;
        }
        task = newTask();
        task.restore(partition.progress());
    }

    /** The committed cells, as text by operator, key and namespace. */
    Map<String, String> cells() {
        Map<String, String> cells = new TreeMap<>();
        state.forEach((id, ofKey) -> ofKey.forEach((namespace, bytes) -> {
            List<String> hex = new ArrayList<>();
            for (byte b : bytes) {
                hex.add(Integer.toHexString(b & 0xff));
            }
            cells.put(
                    id.operator() + "/" + id.isKeyless() + "/" + new String(id.key(), StandardCharsets.UTF_8) + "/"
                            + namespace,
                    String.join(" ", hex));
        }));
        return cells;
    }

    private Task newTask() {
        return new Task(partition.pipeline, "source", "shard-0", state, partition.limits);
    }
}

package dev.millrace.engine;

import dev.millrace.Pipeline;
import dev.millrace.engine.Scenario.Input;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Runs a scenario in batches, with rollbacks, crashes, lost replies and other environments taking over, as its seed says. */
final class FaultyRun {
    private final List<Input> inputs;
    private final TestPartition partition;
    private final List<TestEnvironment> environments = new ArrayList<>();
    private final Random random;
    private TestEnvironment current;
    /** The first input that is not committed. */
    private int uncommitted;

    private int next;

    FaultyRun(Scenario scenario) {
        this(scenario.pipeline(), scenario.limits(), scenario.environments(), scenario.inputs(), scenario.seed());
    }

    /** Records are processed as they arrive. */
    FaultyRun(Pipeline pipeline, Limits limits, int environments, List<Input> inputs, long seed) {
        this.inputs = inputs;
        this.partition = new TestPartition(pipeline, limits);
        for (int i = 0; i < environments; i++) {
            this.environments.add(new TestEnvironment(partition));
        }
        this.random = new Random(seed);
        this.current = this.environments.get(0);
    }

    TestPartition partition() {
        return partition;
    }

    /** @return the environment that committed last */
    TestEnvironment run() {
        while (uncommitted < inputs.size()) {
            finishDue();
            if (next < inputs.size()) {
                Input input = inputs.get(next);
                if (input instanceof Input.Tick && next > uncommitted) {
                    commit();
                } else if (input instanceof Input.Tick tick) {
                    tick(tick);
                } else if (input instanceof Input.Arrival arrival) {
                    apply(arrival);
                }
            } else {
                commit();
            }
        }
        finishDue();
        current.commit();
        return current;
    }

    private void apply(Input.Arrival arrival) {
        current.task().apply(record(next, arrival), arrival.arrivalMillis());
        next++;
        finishDue();
        if (current.task().isFull() || random.nextInt(4) == 0) {
            commit();
        } else {
            maybeFault();
        }
    }

    private void tick(Input.Tick tick) {
        int tickAt = next;
        current.task().tick(tick.nowMillis(), tick.isIdle(), Scenario.IDLE_TIMEOUT);
        next++;
        finishDue();
        if (next > tickAt) {
            current.commit();
            uncommitted = next;
        }
    }

    private void finishDue() {
        while (!current.task().fireDue()) {
            commit();
        }
    }

    private void commit() {
        int outcome = random.nextInt(10);
        if (outcome == 0) {
            maybeFault();
        } else if (outcome == 1 && next > uncommitted) {
            uncommitted = next;
            current.commitWithoutReply();
        } else {
            current.commit();
            uncommitted = next;
        }
        maybeFault();
    }

    /** Whatever happens, the next environment begins with what is committed. */
    private void maybeFault() {
        switch (random.nextInt(12)) {
            case 0 -> current.task().rollback();
            case 1 -> current.crash();
            case 2, 3 -> {
                current = environments.get(random.nextInt(environments.size()));
                current.catchUp();
            }
            default -> {
                return;
            }
        }
        next = uncommitted;
    }

    static SourceRecord record(int index, Input.Arrival arrival) {
        Position position = new Position(Integer.toString(index + 1), 0, false);
        return new SourceRecord(arrival.event().key(), arrival.event().encoded(), position, arrival.arrivalMillis());
    }
}

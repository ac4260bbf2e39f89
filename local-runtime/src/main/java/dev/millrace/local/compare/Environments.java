package dev.millrace.local.compare;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import dev.millrace.local.mapping.StageFunction;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * A function's environments, each with the handler's memory of its own, and how busy each is: the CPU time of its invocations'
 * threads. What an environment does not have in memory it reads from the state log.
 */
final class Environments implements StageFunction {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final String FOR_TICKS = "ticks";

    private final Choice choice;
    private final Map<String, LongAdder> busy = new ConcurrentHashMap<>();

    /** Who takes an invocation; waits for somebody where nobody is free. */
    private interface Choice {
        Environment take(String shardId) throws InterruptedException;

        void free(String shardId, Environment environment);
    }

    private record Environment(String name, StageFunction function) {}

    private Environments(Choice choice) {
        this.choice = choice;
    }

    static Environments of(Processing.Workers workers, Supplier<StageFunction> functions) {
        Choice choice;
        int count = 0;
        if (workers instanceof Processing.Workers.Shared shared) {
            count = shared.workers();
            choice = new AnyFree(count, functions);
        } else if (workers instanceof Processing.Workers.Dealt dealt) {
            count = dealt.workers();
            choice = new Dealt(count, functions);
        } else {
            choice = new OneForAll(functions.get());
        }
        Environments made = new Environments(choice);
        // One that never has anything to do counts, too.
        for (int i = 1; i <= count; i++) {
            made.busy.put(name(i), new LongAdder());
        }
        return made;
    }

    private static String name(int number) {
        return "environment " + number;
    }

    /** As {@code dev} has it: one that is invoked by several threads at once. */
    private static final class OneForAll implements Choice {
        private final Environment all;

        OneForAll(StageFunction function) {
            all = new Environment("all", function);
        }

        @Override
        public Environment take(String shardId) {
            return all;
        }

        @Override
        public void free(String shardId, Environment environment) {
            // Never taken by one alone.
        }
    }

    /** By the shards' numbers; ticks, which are for all shards, have one of their own. */
    private static final class Dealt implements Choice {
        private final List<AnyFree> each = new ArrayList<>();
        private final AnyFree forTicks;

        Dealt(int count, Supplier<StageFunction> made) {
            for (int i = 1; i <= count; i++) {
                each.add(new AnyFree(List.of(new Environment(name(i), made.get()))));
            }
            forTicks = new AnyFree(List.of(new Environment(FOR_TICKS, made.get())));
        }

        @Override
        public Environment take(String shardId) throws InterruptedException {
            return of(shardId).take(shardId);
        }

        @Override
        public void free(String shardId, Environment environment) {
            of(shardId).free(shardId, environment);
        }

        private AnyFree of(String shardId) {
            if (shardId.equals(FOR_TICKS)) {
                return forTicks;
            }
            long number = Long.parseLong(shardId.substring(shardId.lastIndexOf('-') + 1));
            return each.get((int) (number % each.size()));
        }
    }

    /** As Lambda has it: the one that was last in use comes first. */
    private static final class AnyFree implements Choice {
        private final BlockingDeque<Environment> free = new LinkedBlockingDeque<>();

        AnyFree(int count, Supplier<StageFunction> made) {
            for (int i = 1; i <= count; i++) {
                free.add(new Environment(name(i), made.get()));
            }
        }

        AnyFree(List<Environment> environments) {
            free.addAll(environments);
        }

        @Override
        public Environment take(String shardId) throws InterruptedException {
            return free.takeFirst();
        }

        @Override
        public void free(String shardId, Environment environment) {
            free.addFirst(environment);
        }
    }

    @Override
    public StreamsEventResponse handle(KinesisEvent event) {
        String shardId = event.getRecords().isEmpty()
                ? FOR_TICKS
                : event.getRecords().get(0).getEventID().split(":", 2)[0];
        Environment environment = take(shardId);
        long beginNanos = THREADS.getCurrentThreadCpuTime();
        try {
            return environment.function().handle(event);
        } finally {
            if (!shardId.equals(FOR_TICKS)) {
                busy.computeIfAbsent(environment.name(), name -> new LongAdder())
                        .add(THREADS.getCurrentThreadCpuTime() - beginNanos);
            }
            choice.free(shardId, environment);
        }
    }

    private Environment take(String shardId) {
        try {
            return choice.take(shardId);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while all environments are busy", e);
        }
    }

    Map<String, Long> busyNanos() {
        Map<String, Long> nanos = new TreeMap<>();
        busy.forEach((name, sum) -> nanos.put(name, sum.sum()));
        return nanos;
    }
}

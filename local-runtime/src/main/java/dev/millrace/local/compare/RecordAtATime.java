package dev.millrace.local.compare;

import dev.millrace.local.runner.Runner;
import dev.millrace.local.runner.RunnerSettings;
import dev.millrace.plan.Stage;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The runner, as {@code run} has it, exactly once. */
final class RecordAtATime implements Processing {
    private final Runner runner;
    private final String threads;

    private RecordAtATime(Runner runner, String threads) {
        this.runner = runner;
        this.threads = threads;
    }

    static RecordAtATime start(Site site, RunnerSettings settings, Workers workers) {
        List<Stage> stages = site.plan().stages();
        Stage last = stages.get(stages.size() - 1);
        int count = settings.workers();
        if (workers instanceof Workers.Dealt dealt) {
            count = dealt.workers();
        } else if (workers instanceof Workers.Shared) {
            throw new IllegalArgumentException("the runner deals partitions to its threads, which share none");
        }
        Runner runner = Runner.start(site.plan(), site.streams(), site.clients(), settings.withWorkers(count));
        return new RecordAtATime(
                runner,
                last.readsSource() ? "millrace-run-" + last.inputStream() + "-" : "millrace-" + last.name() + "-");
    }

    /** By the threads' names. */
    @Override
    public Map<String, Long> busyNanos() {
        Map<String, Long> nanos = new TreeMap<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith(threads)) {
                nanos.put(thread.getName(), ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.getId()));
            }
        }
        return nanos;
    }

    @Override
    public void close() {
        runner.close();
    }
}

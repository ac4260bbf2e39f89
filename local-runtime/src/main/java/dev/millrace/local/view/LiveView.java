package dev.millrace.local.view;

import dev.millrace.plan.Plan;
import java.net.URI;
import java.time.Clock;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The page of a pipeline, at a port of 127.0.0.1, for as long as this is open. Whoever runs the pipeline gives it {@link #watch} as
 * its observer, and so the page shows what that has seen: it asks no service for anything, and no thread of the pipeline waits
 * for it.
 */
public final class LiveView implements AutoCloseable {
    private final PipelineWatch watch;
    private final ViewServer server;
    private final ScheduledExecutorService sampler;

    private LiveView(PipelineWatch watch, ViewServer server, ScheduledExecutorService sampler) {
        this.watch = watch;
        this.server = server;
        this.sampler = sampler;
    }

    /**
     * Serves the page, on threads of its own, of a pipeline that may start later.
     *
     * @param about what to say of how it runs
     * @param clock the pipeline's
     * @throws ViewException if the port cannot be used
     */
    public static LiveView start(ViewOptions options, Plan plan, About about, Clock clock) {
        PipelineWatch watch = new PipelineWatch(plan, clock);
        ViewServer server = ViewServer.start(options, new ViewJson(watch, about));
        ScheduledExecutorService sampler = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "millrace-view-sampler");
            thread.setDaemon(true);
            return thread;
        });
        var unused = sampler.scheduleAtFixedRate(watch::sample, 0, 1, TimeUnit.SECONDS);
        return new LiveView(watch, server, sampler);
    }

    /**
     * How a pipeline runs.
     *
     * @param mode such as {@code micro-batch}
     * @param source what it reads
     * @param seesPartitions whether its partitions, and what they emit, are in this process, where they can be seen
     */
    public record About(String mode, String source, boolean seesPartitions) {}

    /** What is to observe the pipeline. */
    public PipelineObserver watch() {
        return watch;
    }

    /** Its address, for a browser. */
    public URI uri() {
        return server.uri();
    }

    @Override
    public void close() {
        sampler.shutdownNow();
        server.close();
    }
}

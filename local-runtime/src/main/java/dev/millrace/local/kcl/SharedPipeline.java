package dev.millrace.local.kcl;

import dev.millrace.local.aws.AwsAddress;
import dev.millrace.local.aws.AwsClients;
import dev.millrace.plan.Plan;
import dev.millrace.plan.Stage;
import dev.millrace.sink.OutboxEmitter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * This process' part in a pipeline that several processes share: a worker of KCL's for each stage. Its leases, and what else KCL
 * keeps, are in tables of its own beside the pipeline's: three for each stage, made where they do not exist.
 */
public final class SharedPipeline implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    private final AwsClients clients;
    private final KclClients kclClients;
    private final ExecutorService rowWriters = OutboxEmitter.rowWriters();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final List<StageWorker> workers = new ArrayList<>();
    private boolean isStopped;
    private volatile @Nullable String problem;

    private SharedPipeline(AwsAddress address, Plan plan, SharedSettings settings) {
        this.clients = address.clients();
        this.kclClients = KclClients.of(address);
        for (Stage stage : plan.stages()) {
            // The streams between stages are read by polling: a consumer is of one stream, and has its price.
            SharedSettings ofStage = stage.readsSource() ? settings : settings.withConsumer(null);
            SharedStage shared = new SharedStage(plan, stage, clients, rowWriters, ofStage);
            workers.add(new StageWorker(leasesTable(plan, stage), shared, kclClients, ofStage, stop, this::failed));
        }
    }

    /**
     * Takes part in a pipeline from now on, on threads of its own. What cannot be reached is tried again and again.
     *
     * @param address where the pipeline's streams and tables are, which must exist, and KCL's tables
     */
    public static SharedPipeline start(AwsAddress address, Plan plan, SharedSettings settings) {
        SharedPipeline pipeline = new SharedPipeline(address, plan, settings);
        pipeline.workers.forEach(StageWorker::start);
        return pipeline;
    }

    /** The table of a stage's leases; the names of KCL's other two begin with it. */
    static String leasesTable(Plan plan, Stage stage) {
        return plan.pipeline().name() + "-" + stage.name() + "-leases";
    }

    /** Waits until this is told to stop, or cannot go on. */
    public void awaitStop() throws InterruptedException {
        stop.await();
    }

    /** Why this cannot go on; empty while it can. */
    public Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    private void failed(String why) {
        problem = why;
        stop.countDown();
    }

    /**
     * Stops reading, commits what was applied, and gives the leases up, for others to take them at once.
     *
     * @param patience how long that may take
     * @return false if something was still under way then: its leases run out, and it is done again by who takes them
     */
    public synchronized boolean stop(Duration patience) {
        if (isStopped) {
            return true;
        }
        isStopped = true;
        long deadline = System.nanoTime() + patience.toNanos();
        stop.countDown();
        boolean isDone = true;
        try {
            List<CompletableFuture<Boolean>> stopping =
                    workers.stream().map(StageWorker::beginStop).toList();
            for (int i = 0; i < workers.size(); i++) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                isDone &= workers.get(i).finishStop(stopping.get(i), left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            isDone = false;
        }
        rowWriters.shutdownNow();
        kclClients.close();
        clients.close();
        return isDone;
    }

    /** As {@link #stop}, with eight seconds. */
    @Override
    public void close() {
        var unused = stop(PATIENCE);
    }
}

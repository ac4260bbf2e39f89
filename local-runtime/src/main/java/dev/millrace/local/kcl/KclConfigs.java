package dev.millrace.local.kcl;

import java.util.UUID;
import software.amazon.kinesis.checkpoint.CheckpointConfig;
import software.amazon.kinesis.checkpoint.CheckpointFactory;
import software.amazon.kinesis.common.InitialPositionInStream;
import software.amazon.kinesis.common.InitialPositionInStreamExtended;
import software.amazon.kinesis.coordinator.CoordinatorConfig;
import software.amazon.kinesis.coordinator.CoordinatorStateDAO;
import software.amazon.kinesis.coordinator.Scheduler;
import software.amazon.kinesis.leases.LeaseManagementConfig;
import software.amazon.kinesis.leases.LeaseRefresher;
import software.amazon.kinesis.lifecycle.LifecycleConfig;
import software.amazon.kinesis.lifecycle.TaskResult;
import software.amazon.kinesis.metrics.MetricsConfig;
import software.amazon.kinesis.metrics.NullMetricsFactory;
import software.amazon.kinesis.processor.ProcessorConfig;
import software.amazon.kinesis.processor.ShardRecordProcessorFactory;
import software.amazon.kinesis.processor.SingleStreamTracker;
import software.amazon.kinesis.retrieval.RetrievalConfig;
import software.amazon.kinesis.retrieval.RetrievalSpecificConfig;
import software.amazon.kinesis.retrieval.fanout.FanOutConfig;
import software.amazon.kinesis.retrieval.polling.PollingConfig;
import software.amazon.kinesis.worker.metricstats.WorkerMetricStatsDAO;

/** How KCL is set: all that it does in its own time follows from the failover time, which by itself it does not. */
final class KclConfigs {
    /** The key of the table of workers. */
    static final String WORKER_KEY = "wid";

    /** Kinesis takes five reads a second of each shard; ticks read, too. */
    private static final long READ_MILLIS = 500;

    private static final long LOOK_MILLIS = 100;
    private static final InitialPositionInStreamExtended BEGINNING =
            InitialPositionInStreamExtended.newInitialPosition(InitialPositionInStream.TRIM_HORIZON);

    private final String application;
    private final String stream;
    private final KclClients clients;
    private final SharedSettings settings;
    private final String workerId = UUID.randomUUID().toString();
    private final LeaseManagementConfig leases;
    private final CoordinatorConfig coordinator;

    KclConfigs(String application, String stream, KclClients clients, SharedSettings settings) {
        this.application = application;
        this.stream = stream;
        this.clients = clients;
        this.settings = settings;
        this.leases = leases();
        this.coordinator = new CoordinatorConfig(application)
                .parentShardPollIntervalMillis(2 * LOOK_MILLIS)
                .shardConsumerDispatchPollIntervalMillis(LOOK_MILLIS);
    }

    String workerId() {
        return workerId;
    }

    /** The table in which workers say that they are there. */
    String workersTable() {
        return leases.workerUtilizationAwareAssignmentConfig()
                .workerMetricsTableConfig()
                .tableName();
    }

    Scheduler scheduler(ShardRecordProcessorFactory shards, CheckpointFactory leaseNotes) {
        return new Scheduler(
                new CheckpointConfig().checkpointFactory(leaseNotes),
                coordinator,
                leases,
                new LifecycleConfig().aggregatorUtil(new WholeRecords()),
                new MetricsConfig(clients.cloudWatch(), application).metricsFactory(new NullMetricsFactory()),
                new ProcessorConfig(shards),
                new RetrievalConfig(clients.kinesis(), new SingleStreamTracker(stream, BEGINNING), application)
                        .retrievalSpecificConfig(retrieval()));
    }

    private LeaseManagementConfig leases() {
        long failover = settings.failoverTime().toMillis();
        LeaseManagementConfig config = new LeaseManagementConfig(
                        application, application, clients.dynamoDb(), clients.kinesis(), workerId)
                .failoverTimeMillis(failover)
                .leaseAssignmentIntervalMillis(failover)
                // Who gives leases to others must be replaced soon, too, where it is the one that is gone.
                .dynamoDbLockBasedLeaderLeaseDurationInMillis(2 * failover)
                .dynamoDbLockBasedLeaderHeartbeatPeriodInMillis(failover / 2)
                // How long it sleeps once it has made leases, as if somebody waited for that.
                .shardSyncIntervalMillis(1)
                .initialPositionInStream(BEGINNING);
        config.workerUtilizationAwareAssignmentConfig()
                // By leases and their throughput: the metrics of processors are to be had on EC2 and ECS only.
                .disableWorkerMetrics(true)
                .workerMetricsReporterFreqInMillis(failover / 2)
                .varianceBalancingFrequency(1);
        return config;
    }

    private RetrievalSpecificConfig retrieval() {
        String consumer = settings.consumer();
        return consumer == null
                ? new PollingConfig(stream, clients.kinesis()).idleTimeBetweenReadsInMillis(READ_MILLIS)
                : new FanOutConfig(clients.kinesis())
                        .streamName(stream)
                        .applicationName(application)
                        .consumerName(consumer);
    }

    /**
     * Makes the tables that do not exist, with the index and the first leases. KCL does so, too, but waits half a minute and more
     * for others that may be doing the same, looks every ten seconds whether the index is there, and reports it as an error
     * where another process was first.
     *
     * @throws IllegalStateException if the index is not there yet: call this again
     */
    void makeTables(Scheduler scheduler) throws Exception {
        new CoordinatorStateDAO(clients.dynamoDb(), coordinator.coordinatorStateTableConfig()).initialize();
        LeaseManagementConfig.WorkerUtilizationAwareAssignmentConfig workers =
                leases.workerUtilizationAwareAssignmentConfig();
        new WorkerMetricStatsDAO(
                        clients.dynamoDb(),
                        workers.workerMetricsTableConfig(),
                        workers.workerMetricsReporterFreqInMillis())
                .initialize();
        LeaseRefresher table = scheduler.leaseRefresher();
        scheduler.leaseCoordinator().initialize();
        if (table.isLeaseTableEmpty()) {
            createLeases(scheduler);
        }
        var unused = table.createLeaseOwnerToLeaseKeyIndexIfNotExists();
        if (!table.isLeaseOwnerToLeaseKeyIndexActive()) {
            throw new IllegalStateException("the index of table '" + application + "' is being made");
        }
    }

    /** Makes a lease for each shard that has none. */
    private static void createLeases(Scheduler scheduler) throws Exception {
        TaskResult result = scheduler
                .shardSyncTaskManagerProvider()
                .apply(scheduler.streamTracker().streamConfigList().get(0))
                .callShardSyncTask();
        if (result.getException() != null) {
            throw result.getException();
        }
    }
}

package dev.millrace.local.clients;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.utils.SdkAutoCloseable;
import software.amazon.kinesis.common.ConfigsBuilder;
import software.amazon.kinesis.common.InitialPositionInStream;
import software.amazon.kinesis.common.InitialPositionInStreamExtended;
import software.amazon.kinesis.coordinator.CoordinatorConfig;
import software.amazon.kinesis.coordinator.Scheduler;
import software.amazon.kinesis.leases.LeaseManagementConfig;
import software.amazon.kinesis.metrics.NullMetricsFactory;
import software.amazon.kinesis.processor.ShardRecordProcessorFactory;
import software.amazon.kinesis.processor.SingleStreamTracker;
import software.amazon.kinesis.retrieval.polling.PollingConfig;

/** A worker of the Kinesis Client Library on a thread of its own, with shorter intervals than it has by itself. */
final class LibraryWorker {
    private static final long SHORT_MILLIS = 200;
    private static final long FAILOVER_MILLIS = 2_000;
    private static final Duration LONGEST_STOP = Duration.ofSeconds(60);

    private final KinesisAsyncClient kinesis;
    private final DynamoDbAsyncClient dynamoDb;
    private final CloudWatchAsyncClient cloudWatch;
    private final Scheduler scheduler;
    private final Thread thread;

    LibraryWorker(
            URI endpoint, String application, String stream, String name, ShardRecordProcessorFactory processors) {
        this.kinesis = client(KinesisAsyncClient.builder(), endpoint);
        this.dynamoDb = client(DynamoDbAsyncClient.builder(), endpoint);
        this.cloudWatch = client(CloudWatchAsyncClient.builder(), endpoint);
        ConfigsBuilder configs = new ConfigsBuilder(
                new SingleStreamTracker(
                        stream,
                        InitialPositionInStreamExtended.newInitialPosition(InitialPositionInStream.TRIM_HORIZON)),
                application,
                kinesis,
                dynamoDb,
                cloudWatch,
                name,
                processors);
        this.scheduler = new Scheduler(
                configs.checkpointConfig(),
                coordinator(configs),
                leases(configs),
                configs.lifecycleConfig(),
                configs.metricsConfig().metricsFactory(new NullMetricsFactory()),
                configs.processorConfig(),
                configs.retrievalConfig()
                        .retrievalSpecificConfig(new PollingConfig(stream, kinesis)
                                .idleTimeBetweenReadsInMillis(SHORT_MILLIS)
                                .usePollingConfigIdleTimeValue(true)));
        this.thread = new Thread(scheduler, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static <B extends AwsClientBuilder<B, C>, C> C client(B builder, URI endpoint) {
        return builder.endpointOverride(endpoint)
                .region(Region.EU_WEST_1)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create("anybody", "anything")))
                .build();
    }

    private static CoordinatorConfig coordinator(ConfigsBuilder configs) {
        return configs.coordinatorConfig()
                .parentShardPollIntervalMillis(SHORT_MILLIS)
                .shardConsumerDispatchPollIntervalMillis(SHORT_MILLIS);
    }

    private static LeaseManagementConfig leases(ConfigsBuilder configs) {
        LeaseManagementConfig leases = configs.leaseManagementConfig()
                .failoverTimeMillis(FAILOVER_MILLIS)
                .leaseAssignmentIntervalMillis(FAILOVER_MILLIS)
                .dynamoDbLockBasedLeaderLeaseDurationInMillis(2 * FAILOVER_MILLIS)
                .dynamoDbLockBasedLeaderHeartbeatPeriodInMillis(FAILOVER_MILLIS / 2);
        leases.workerUtilizationAwareAssignmentConfig().workerMetricsReporterFreqInMillis(FAILOVER_MILLIS / 2);
        return leases;
    }

    /** Ends the worker; its leases are free once they have run out. */
    void stop() throws InterruptedException {
        scheduler.shutdown();
        thread.join(LONGEST_STOP.toMillis());
        List.<SdkAutoCloseable>of(kinesis, dynamoDb, cloudWatch).forEach(SdkAutoCloseable::close);
    }
}

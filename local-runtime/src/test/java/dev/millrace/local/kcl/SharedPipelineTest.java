package dev.millrace.local.kcl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.local.aws.AwsAddress;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A process' part in a shared pipeline, where it comes back to what has changed meanwhile. */
class SharedPipelineTest {
    private static final Duration LONGEST = Duration.ofMinutes(2);

    private final Visits visits = new Visits();

    @AfterEach
    void close() {
        visits.close();
    }

    private SharedPipeline start() {
        SharedSettings settings = SharedSettings.defaults()
                .withFailoverTime(Duration.ofSeconds(2))
                .withTickInterval(Duration.ofMillis(500))
                .withIdleTimeout(Duration.ofSeconds(1));
        return SharedPipeline.start(AwsAddress.local(visits.uri()), visits.plan, settings);
    }

    private void awaitExpected() {
        await().atMost(LONGEST)
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(() -> assertThat(visits.rows()).isEqualTo(visits.expected()));
    }

    /** As if the leases were those of another life of the pipeline, which has had all that there is. */
    private void setCheckpointsToTheEnd() {
        String table =
                SharedPipeline.leasesTable(visits.plan, visits.plan.stages().get(0));
        DynamoDbClient dynamoDb = visits.data.clients().dynamoDb();
        for (Map<String, AttributeValue> lease :
                dynamoDb.scan(request -> request.tableName(table)).items()) {
            String last = visits.lastSequenceNumber(
                    Objects.requireNonNull(lease.get("leaseKey")).s());
            dynamoDb.updateItem(request -> request.tableName(table)
                    .key(Map.of("leaseKey", lease.get("leaseKey")))
                    .updateExpression("SET checkpoint = :last")
                    .expressionAttributeValues(
                            Map.of(":last", AttributeValue.builder().s(last).build())));
        }
    }

    @Test
    void whenLeasesAreAheadAndAShardWasSplit_thenEachVisitCountsOnce() {
        visits.put(200);
        try (SharedPipeline first = start()) {
            awaitExpected();
            assertThat(first.stop(Duration.ofSeconds(20))).isTrue();
        }
        assertThat(visits.owners(0)).isEmpty();
        assertThat(visits.owners(1)).isEmpty();
        visits.put(200);
        setCheckpointsToTheEnd();
        visits.endpoint
                .kinesis()
                .splitShard(
                        Visiting.STREAM,
                        "shardId-000000000000",
                        BigInteger.ONE.shiftLeft(126).shiftRight(1));
        visits.put(200);
        try (SharedPipeline second = start()) {
            awaitExpected();
            assertThat(second.stop(Duration.ofSeconds(20))).isTrue();
        }
    }
}

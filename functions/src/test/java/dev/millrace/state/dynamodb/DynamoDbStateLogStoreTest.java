package dev.millrace.state.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.dynamodbv2.local.embedded.DynamoDBEmbedded;
import com.amazonaws.services.dynamodbv2.local.shared.access.AmazonDynamoDBLocal;
import dev.millrace.state.Consistency;
import dev.millrace.state.ItemKey;
import dev.millrace.state.LogName;
import dev.millrace.state.StateLogContract;
import dev.millrace.state.StateLogException;
import dev.millrace.state.StateLogStore;
import dev.millrace.state.StateLogUnavailableException;
import dev.millrace.state.StoredItem;
import dev.millrace.state.Usage;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;

/** The contract against Amazon's own DynamoDB Local, in this process. Skipped where it has no native library. */
class DynamoDbStateLogStoreTest extends StateLogContract {
    private static final String TABLE = "orders-state";
    private static AmazonDynamoDBLocal local;
    private static StateLogStore store;

    @BeforeAll
    static void start() {
        File libraries = new File(System.getProperty("sqlite4java.library.path", "none"));
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String platform = os.contains("mac") ? "osx" : os.contains("win") ? "win32-x64" : "linux-amd64";
        String[] found = libraries.list((directory, file) -> file.contains("sqlite4java-" + platform));
        boolean arm = System.getProperty("os.arch", "").equals("aarch64");
        Assumptions.assumeTrue(
                found != null && found.length > 0 && !arm,
                "DynamoDB Local has no native library for " + os + " here: " + libraries);
        local = DynamoDBEmbedded.create(true);
        StateTable.createIfAbsent(local.dynamoDbClient(), TABLE);
        StateTable.createIfAbsent(local.dynamoDbClient(), TABLE);
        store = new DynamoDbStateLogStore(local.dynamoDbClient(), TABLE, pause -> {
            throw new AssertionError("DynamoDB Local leaves nothing out without progress");
        });
    }

    @AfterAll
    static void stop() {
        if (local != null) {
            local.shutdownNow();
        }
    }

    @Override
    protected StateLogStore store() {
        return store;
    }

    @Test
    void whenThereIsNoTable_thenTheErrorSaysSo() {
        StateLogStore elsewhere = new DynamoDbStateLogStore(local.dynamoDbClient(), "no-such-table", pause -> {});

        assertThatThrownBy(() -> elsewhere.read(anyKey(), Consistency.STRONG))
                .isInstanceOf(StateLogException.class)
                .isNotInstanceOf(StateLogUnavailableException.class)
                .hasMessageContaining("no-such-table");
    }

    @Test
    void whenNobodyAnswers_thenTheOutcomeIsUnknown() {
        try (DynamoDbClient nobody = DynamoDbClient.builder()
                .endpointOverride(java.net.URI.create("http://127.0.0.1:1"))
                .region(software.amazon.awssdk.regions.Region.EU_CENTRAL_1)
                .credentialsProvider(() -> software.amazon.awssdk.auth.credentials.AwsBasicCredentials.create("a", "b"))
                .overrideConfiguration(
                        c -> c.retryStrategy(software.amazon.awssdk.retries.DefaultRetryStrategy.doNotRetry()))
                .build()) {
            StateLogStore silent = new DynamoDbStateLogStore(nobody, TABLE, pause -> {});

            assertThatThrownBy(() -> silent.read(anyKey(), Consistency.STRONG))
                    .isInstanceOf(StateLogUnavailableException.class)
                    .hasMessageContaining(anyKey().toString());
            assertThat(silent.usage().reads().requests()).isZero();
        }
    }

    @Test
    void whenABatchIsThrottled_thenItIsAskedForAgainAfterEverLongerPausesAndInTheEndItIsUnavailable() {
        List<Long> pauses = new ArrayList<>();
        Throttled throttled = new Throttled(3);
        StateLogStore patient = new DynamoDbStateLogStore(throttled, TABLE, pause -> pauses.add(pause.toMillis()));

        assertThat(patient.readAll(List.of(anyKey()), Consistency.STRONG)).isEmpty();
        assertThat(pauses).containsExactly(20L, 40L, 80L);
        throttled.left = Integer.MAX_VALUE;
        assertThatThrownBy(() -> patient.readAll(List.of(anyKey()), Consistency.STRONG))
                .isInstanceOf(StateLogUnavailableException.class)
                .hasMessageContaining("throttled");
        assertThat(pauses).hasSize(3 + 8);
    }

    @Test
    void whatABatchReadsIsCounted_asItIsBilled() {
        StoredItem large = new StoredItem(new ItemKey(ItemKey.Kind.BUCKET, "batch", 0), 1, new byte[9_000]);
        store.put(large);
        Usage before = store.usage();
        store.readAll(List.of(large.key()), Consistency.STRONG);
        assertThat(store.usage().since(before).reads()).isEqualTo(new Usage.Count(1, 3));
        store.readAll(List.of(large.key()), Consistency.EVENTUAL);

        assertThat(store.usage().since(before).reads()).isEqualTo(new Usage.Count(2, 4.5));
    }

    @Test
    void whenARequestIsRefusedForGood_thenTheErrorGoesThrough_andOthersMayHaveBeenDone() {
        for (int status : new int[] {500, 503}) {
            assertThatThrownBy(
                            () -> failing(error(status, "InternalServerError")).read(anyKey(), Consistency.STRONG))
                    .isInstanceOf(StateLogUnavailableException.class);
        }
        assertThatThrownBy(() -> failing(error(400, "ThrottlingException")).read(anyKey(), Consistency.STRONG))
                .isInstanceOf(StateLogUnavailableException.class);
        assertThatThrownBy(() -> failing(error(400, "ValidationException")).read(anyKey(), Consistency.STRONG))
                .isInstanceOf(AwsServiceException.class);
    }

    private static AwsServiceException error(int status, String code) {
        return DynamoDbException.builder()
                .statusCode(status)
                .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).build())
                .message("answered")
                .build();
    }

    /** A store whose table answers each request for an item with an error. */
    private static StateLogStore failing(AwsServiceException error) {
        DynamoDbClient client = new DynamoDbClient() {
            @Override
            public GetItemResponse getItem(GetItemRequest request) {
                throw error;
            }

            @Override
            public String serviceName() {
                return SERVICE_NAME;
            }

            @Override
            public void close() {}
        };
        return new DynamoDbStateLogStore(client, TABLE, pause -> {});
    }

    /** DynamoDB Local, but for batches that are left out altogether some times first. */
    private static final class Throttled implements DynamoDbClient {
        private int left;

        private Throttled(int left) {
            this.left = left;
        }

        @Override
        public BatchGetItemResponse batchGetItem(BatchGetItemRequest request) {
            if (left == 0) {
                return local.dynamoDbClient().batchGetItem(request);
            }
            left--;
            return BatchGetItemResponse.builder()
                    .unprocessedKeys(request.requestItems())
                    .build();
        }

        @Override
        public String serviceName() {
            return SERVICE_NAME;
        }

        @Override
        public void close() {
            // DynamoDB Local is closed after all tests.
        }
    }

    private static ItemKey anyKey() {
        return ItemKey.header(new LogName("a", "b", "c"), 1);
    }
}

package dev.millrace.local.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.local.testing.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.ExpiredNextTokenException;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.LimitExceededException;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.ValidationException;

/** What is refused, and with which error. */
class KinesisLimitsTest {
    private static final int MIB = 1024 * 1024;
    private static final MovableClock CLOCK = new MovableClock(Instant.parse("2026-03-01T12:00:00Z"));
    private static final String FIRST = "shardId-000000000000";
    private static LocalEndpoint endpoint;
    private static KinesisClient client;
    private static KinesisClient json;

    @BeforeAll
    static void start() {
        endpoint = LocalEndpoint.start(
                LocalEndpointOptions.defaults().withPort(0).withClock(CLOCK).withMemoryLimitBytes(64L * MIB));
        client = Clients.kinesis(endpoint.uri());
        json = Clients.kinesisOverJson(endpoint.uri());
        client.createStream(b -> b.streamName("s").shardCount(2));
    }

    @AfterAll
    static void stop() {
        client.close();
        json.close();
        endpoint.close();
    }

    private static PutRecordsRequestEntry entry(int keyLength, int bytes) {
        return PutRecordsRequestEntry.builder()
                .partitionKey("k".repeat(keyLength))
                .data(SdkBytes.fromByteArray(new byte[bytes]))
                .build();
    }

    private static void put(PutRecordsRequestEntry entry, int count) {
        client.putRecords(b -> b.streamName("s").records(Collections.nCopies(count, entry)));
    }

    private static void refused(Class<? extends Throwable> type, String part, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(type).hasMessageContaining(part);
    }

    @Test
    void aFullRequestIsTakenInEitherFormAndOneMoreByteIsNot() {
        put(entry(1, MIB - 1), 5);
        json.putRecords(b -> b.streamName("s").records(Collections.nCopies(5, entry(1, MIB - 1))));
        refused(
                InvalidArgumentException.class,
                "5 MB",
                () -> client.putRecords(b -> b.streamName("s")
                        .records(
                                entry(1, MIB - 1),
                                entry(1, MIB - 1),
                                entry(1, MIB - 1),
                                entry(1, MIB - 1),
                                entry(1, MIB - 2),
                                entry(1, 1))));
        refused(InvalidArgumentException.class, "5 MB", () -> put(entry(1, MIB - 1), 40));
        refused(
                InvalidArgumentException.class,
                "5 MB",
                () -> json.putRecords(b -> b.streamName("s").records(Collections.nCopies(40, entry(1, MIB - 1)))));
    }

    @Test
    void recordsAreLimitedInNumberAndSize() {
        put(entry(1, 1), 500);
        refused(ValidationException.class, "less than or equal to 500", () -> put(entry(1, 1), 501));
        refused(ValidationException.class, "less than or equal to 1048576", () -> put(entry(1, MIB + 1), 1));
        refused(InvalidArgumentException.class, "together", () -> put(entry(1, MIB), 1));
        put(entry(256, 0), 1);
        refused(ValidationException.class, "records.1.member.partitionKey", () -> put(entry(257, 0), 1));
        refused(ValidationException.class, "greater than or equal to 1", () -> put(entry(0, 0), 1));
        refused(
                ValidationException.class,
                "records",
                () -> client.putRecords(b -> b.streamName("s").records(Collections.emptyList())));
        refused(
                InvalidArgumentException.class,
                "2^128-1",
                () -> client.putRecord(b -> b.streamName("s")
                        .partitionKey("k")
                        .explicitHashKey("340282366920938463463374607431768211456")
                        .data(SdkBytes.fromUtf8String("x"))));
    }

    @Test
    void streamsMustExistOnceAndBeNamedAndSizedProperly() {
        refused(
                ResourceInUseException.class,
                "already exists",
                () -> client.createStream(b -> b.streamName("s").shardCount(1)));
        refused(ResourceNotFoundException.class, "not found", () -> client.describeStream(b -> b.streamName("none")));
        refused(
                ValidationException.class,
                "regular expression",
                () -> client.describeStream(b -> b.streamName("no slash/")));
        refused(
                ValidationException.class,
                "less than or equal to 128",
                () -> client.describeStream(b -> b.streamName("n".repeat(129))));
        refused(
                ValidationException.class,
                "shardCount",
                () -> client.createStream(b -> b.streamName("zero").shardCount(0)));
        refused(
                LimitExceededException.class,
                "shard limit",
                () -> client.createStream(b -> b.streamName("huge").shardCount(5000)));
        refused(InvalidArgumentException.class, "StreamName or StreamARN", () -> client.listShards(b -> {}));
        refused(
                InvalidArgumentException.class,
                "Invalid ARN",
                () -> client.describeStream(b -> b.streamARN("arn:nonsense")));
    }

    @Test
    void iteratorsMustBeGenuineAndFresh() {
        String iterator = iterator("s");
        CLOCK.advance(Duration.ofMinutes(5));
        client.getRecords(b -> b.shardIterator(iterator));
        CLOCK.advance(Duration.ofMillis(1));
        refused(ExpiredIteratorException.class, "300000", () -> client.getRecords(b -> b.shardIterator(iterator)));
        String forged = (iterator.charAt(0) == 'B' ? "C" : "B") + iterator.substring(1);
        refused(
                InvalidArgumentException.class,
                "Invalid ShardIterator",
                () -> client.getRecords(b -> b.shardIterator(forged)));
        refused(
                InvalidArgumentException.class,
                "Invalid ShardIterator",
                () -> client.getRecords(b -> b.shardIterator("garbage!")));
        refused(
                ValidationException.class,
                "limit",
                () -> client.getRecords(b -> b.shardIterator(iterator("s")).limit(10_001)));
        refused(
                ValidationException.class,
                "limit",
                () -> client.getRecords(b -> b.shardIterator(iterator("s")).limit(0)));
        client.createStream(b -> b.streamName("gone").shardCount(1));
        String orphan = iterator("gone");
        client.deleteStream(b -> b.streamName("gone"));
        refused(
                ResourceNotFoundException.class,
                "does not exist",
                () -> client.getRecords(b -> b.shardIterator(orphan)));
    }

    private static String iterator(String stream) {
        return client.getShardIterator(
                        b -> b.streamName(stream).shardId(FIRST).shardIteratorType(ShardIteratorType.LATEST))
                .shardIterator();
    }

    @Test
    void startingPositionsMustBelongToTheShard() {
        String other = client.putRecord(b -> b.streamName("s")
                        .partitionKey("k")
                        .explicitHashKey("340282366920938463463374607431768211455")
                        .data(SdkBytes.fromUtf8String("x")))
                .sequenceNumber();
        refused(InvalidArgumentException.class, "It encodes shardId-000000000001", () -> at(other));
        String future = "496" + "9".repeat(43).replaceFirst("^9{25}", "0".repeat(25)) + "0".repeat(10);
        refused(InvalidArgumentException.class, "did not come from this stream", () -> at(future));
        refused(InvalidArgumentException.class, "is invalid", () -> at("123"));
        refused(ValidationException.class, "regular expression", () -> at("no number"));
        refused(
                InvalidArgumentException.class,
                "cannot be greater",
                () -> client.getShardIterator(b -> b.streamName("s")
                        .shardId(FIRST)
                        .shardIteratorType(ShardIteratorType.AT_TIMESTAMP)
                        .timestamp(CLOCK.instant().plusMillis(1))));
        refused(
                ResourceNotFoundException.class,
                "does not exist",
                () -> client.getShardIterator(b ->
                        b.streamName("s").shardId("shardId-000000000077").shardIteratorType(ShardIteratorType.LATEST)));
        refused(
                ValidationException.class,
                "enum value set",
                () -> client.getShardIterator(
                        b -> b.streamName("s").shardId(FIRST).shardIteratorType("SOMEWHERE")));
    }

    private static void at(String sequenceNumber) {
        client.getShardIterator(b -> b.streamName("s")
                .shardId(FIRST)
                .shardIteratorType(ShardIteratorType.AT_SEQUENCE_NUMBER)
                .startingSequenceNumber(sequenceNumber));
    }

    @Test
    void reshardingMustMakeSense() {
        client.createStream(b -> b.streamName("r").shardCount(4));
        refused(
                InvalidArgumentException.class,
                "not both greater",
                () -> client.splitShard(
                        b -> b.streamName("r").shardToSplit(FIRST).newStartingHashKey("1")));
        refused(
                InvalidArgumentException.class,
                "not an adjacent pair",
                () -> client.mergeShards(
                        b -> b.streamName("r").shardToMerge(FIRST).adjacentShardToMerge("shardId-000000000002")));
        client.splitShard(b -> b.streamName("r").shardToSplit(FIRST).newStartingHashKey("1000"));
        refused(
                InvalidArgumentException.class,
                "already been merged or split",
                () -> client.splitShard(
                        b -> b.streamName("r").shardToSplit(FIRST).newStartingHashKey("500")));
        refused(
                InvalidArgumentException.class,
                "up over double",
                () -> client.updateShardCount(
                        b -> b.streamName("r").targetShardCount(11).scalingType("UNIFORM_SCALING")));
        refused(
                InvalidArgumentException.class,
                "below half",
                () -> client.updateShardCount(
                        b -> b.streamName("r").targetShardCount(2).scalingType("UNIFORM_SCALING")));
    }

    @Test
    void retentionTokensAndTagsHaveTheirLimits() {
        refused(
                InvalidArgumentException.class,
                "too short",
                () -> client.increaseStreamRetentionPeriod(
                        b -> b.streamName("s").retentionPeriodHours(23)));
        refused(
                InvalidArgumentException.class,
                "too long",
                () -> client.increaseStreamRetentionPeriod(
                        b -> b.streamName("s").retentionPeriodHours(8761)));
        refused(
                InvalidArgumentException.class,
                "can not be longer",
                () -> client.decreaseStreamRetentionPeriod(
                        b -> b.streamName("s").retentionPeriodHours(25)));
        String token = client.listShards(b -> b.streamName("s").maxResults(1)).nextToken();
        refused(
                InvalidArgumentException.class,
                "Invalid NextToken",
                () -> client.listShards(b -> b.nextToken("garbage")));
        refused(
                InvalidArgumentException.class,
                "together",
                () -> client.listShards(b -> b.streamName("s").nextToken(token)));
        CLOCK.advance(Duration.ofMinutes(6));
        refused(ExpiredNextTokenException.class, "expired", () -> client.listShards(b -> b.nextToken(token)));
    }

    @Test
    void whenMemoryIsFull_thenPutsAreRefusedAndNothingIsLost() {
        client.createStream(b -> b.streamName("full").shardCount(1));
        PutRecordsRequestEntry entry = entry(1, MIB - 1);
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 20; i++) {
                        client.putRecords(b -> b.streamName("full").records(Collections.nCopies(5, entry)));
                    }
                })
                .isInstanceOf(LimitExceededException.class)
                .hasMessageContaining("--data-dir");
        client.deleteStream(b -> b.streamName("full"));
        put(entry, 5);
    }

    @Test
    void anActionThatIsMissingSaysSo() {
        assertThatThrownBy(() ->
                        client.enableEnhancedMonitoring(b -> b.streamName("s").shardLevelMetricsWithStrings("ALL")))
                .isInstanceOfSatisfying(AwsServiceException.class, e -> {
                    assertThat(e.statusCode()).isEqualTo(400);
                    assertThat(e.awsErrorDetails().errorCode()).isEqualTo("UnknownOperationException");
                    assertThat(e.requestId()).isNotBlank();
                });
    }
}

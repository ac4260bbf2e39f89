package dev.millrace.local.simulator;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import dev.millrace.exchange.PackedRecord;
import dev.millrace.exchange.UnreadablePackedRecordException;
import dev.millrace.state.Entry;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;

/** Mistakes that the protocol could be implemented with, made between a handler and its services. Each breaks a rule. */
@SuppressWarnings("ImmutableEnumChecker") // Each use makes its wirings anew.
enum PlantedBug {
    NO_FENCE("L1: an entry is written whatever is in its slot", () -> unconditional(PlantedBug::isEntry)),

    UNCONDITIONAL_BUCKETS("B1: a bucket is written whatever its stamp", () -> unconditional(PlantedBug::isBucket)),

    UNCONDITIONAL_ROWS("E6: a row is written whatever its version", () -> unconditional(item -> !isState(item))),

    UNKNOWN_IS_COMMITTED("L2: an entry whose outcome is not known is taken for committed", () -> new Wiring() {
        @Override
        public DynamoDbClient dynamoDb(String stage, DynamoDbClient service) {
            return new ForwardingDynamoDb(service) {
                @Override
                public PutItemResponse putItem(PutItemRequest request) {
                    try {
                        return super.putItem(request);
                    } catch (ApiCallTimeoutException e) {
                        if (isEntry(request.item())) {
                            return PutItemResponse.builder().build();
                        }
                        throw e;
                    }
                }
            };
        }
    }),

    PARENT_NOT_SEALED("R2: a shard is taken over, and its parents are not sealed", () -> new Wiring() {
        @Override
        public DynamoDbClient dynamoDb(String stage, DynamoDbClient service) {
            return new ForwardingDynamoDb(service) {
                @Override
                public PutItemResponse putItem(PutItemRequest request) {
                    return isEntry(request.item())
                                    && LogWatch.entry(request.item()).kind() == Entry.Kind.SEAL
                            ? PutItemResponse.builder().build()
                            : super.putItem(request);
                }
            };
        }
    }),

    COVERED_IS_NOT_EMITTED(
            "E2: a batch that is covered is done, whatever became of its outbox",
            () -> new TipWiring(TipWiring.Mistake.UNLESS_COMMITTING)),

    TICK_BURIES_OUTBOX(
            "E5: a tick commits, whatever became of the outbox before it",
            () -> new TipWiring(TipWiring.Mistake.NOT_BY_TICKS)),

    EMITTED_BEFORE_COMMIT("E1: outputs are emitted, and then their entry is committed", EarlyWiring::new),

    NOT_EMITTED_AGAIN("E3: what is in the log is taken for emitted", () -> new TipWiring(TipWiring.Mistake.NEVER)),

    REFUSED_RECORDS_LATER("X1: records that were refused go with the next put, after newer ones", () -> new Wiring() {
        @Override
        public KinesisClient kinesis(String stage, KinesisClient service) {
            return new LaterPuts(service);
        }
    }),

    SENT_AGAIN_IS_NEW("X1: what is sent again is taken for new, as without marks", () -> new Wiring() {
        @Override
        public RequestHandler<KinesisEvent, StreamsEventResponse> handler(
                String stage, RequestHandler<KinesisEvent, StreamsEventResponse> handler) {
            return (event, context) -> {
                if (!stage.equals("source")) {
                    event.getRecords().forEach(each -> markAsNew(each.getKinesis()));
                }
                return handler.handleRequest(event, context);
            };
        }
    }),

    STUCK_IS_IDLE("T1: a shard is taken for idle, whatever it holds", () -> reading(true)),

    NOT_DRAINED_IS_DRAINED("R1: a closed shard is taken for drained, whatever it holds", () -> reading(false));

    private final String sentence;
    private final Supplier<Wiring> wirings;

    PlantedBug(String sentence, Supplier<Wiring> wirings) {
        this.sentence = sentence;
        this.wirings = wirings;
    }

    Supplier<Wiring> wirings() {
        return wirings;
    }

    @Override
    public String toString() {
        return sentence;
    }

    private static boolean isState(Map<String, AttributeValue> item) {
        return item.containsKey("pk");
    }

    static boolean isEntry(Map<String, AttributeValue> item) {
        return isState(item) && StateTable.text(item, "pk").endsWith("/ring");
    }

    private static boolean isBucket(Map<String, AttributeValue> item) {
        return isState(item) && StateTable.text(item, "pk").contains("/bucket/");
    }

    private static Wiring unconditional(Predicate<Map<String, AttributeValue>> what) {
        return new Wiring() {
            @Override
            public DynamoDbClient dynamoDb(String stage, DynamoDbClient service) {
                return new ForwardingDynamoDb(service) {
                    @Override
                    public PutItemResponse putItem(PutItemRequest request) {
                        return super.putItem(
                                what.test(request.item())
                                        ? request.toBuilder()
                                                .conditionExpression(null)
                                                .build()
                                        : request);
                    }
                };
            }
        };
    }

    /** Numbers what a stage has sent by its place in the stream. */
    private static void markAsNew(KinesisEvent.Record record) {
        try {
            PackedRecord sent = PackedRecord.decode(record.getData().array());
            PackedRecord marked = new PackedRecord(
                    sent.pipeline(),
                    sent.from(),
                    sent.stage(),
                    sent.epoch(),
                    Long.parseLong(record.getSequenceNumber()),
                    sent.range(),
                    sent.parts());
            record.setData(ByteBuffer.wrap(marked.encode()));
        } catch (UnreadablePackedRecordException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reads of open shards, or of closed ones, say that there is nothing more. */
    private static Wiring reading(boolean ofOpen) {
        return new Wiring() {
            @Override
            public KinesisClient kinesis(String stage, KinesisClient service) {
                return new ForwardingKinesis(service) {
                    @Override
                    public GetRecordsResponse getRecords(GetRecordsRequest request) {
                        String shard = request.shardIterator().split("/", -1)[1];
                        String stream = request.shardIterator().split("/", -1)[0];
                        boolean isOpen = service.listShards(list -> list.streamName(stream)).shards().stream()
                                .filter(each -> each.shardId().equals(shard))
                                .allMatch(each -> each.sequenceNumberRange().endingSequenceNumber() == null);
                        return isOpen == ofOpen
                                ? GetRecordsResponse.builder()
                                        .records(List.of())
                                        .millisBehindLatest(0L)
                                        .nextShardIterator(isOpen ? request.shardIterator() : null)
                                        .build()
                                : super.getRecords(request);
                    }
                };
            }
        };
    }
}

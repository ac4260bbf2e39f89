package dev.millrace.benchmarks;

import dev.millrace.engine.Position;
import dev.millrace.engine.SourceRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Records of one shard, one after another: sequence numbers as long as real ones, event times that go on at an even pace,
 * and arrival at the event time.
 */
final class PurchaseRecords {
    static final int KEYS = 10_000;
    static final double EXPONENT = 1.1;
    static final long SEED = 7;
    /** Begins a minute: 2026-11-01T00:00:00Z. */
    static final long START_MILLIS = 1_793_491_200_000L;

    private static final byte[] NO_DATA = {};

    private static final String SEQUENCE_NUMBERS_BEGIN = "49590338271490256608559692538361571095921";
    private static final long FIRST_SEQUENCE_NUMBER = 575_989_136_588_898L;

    private final List<String> partitionKeys = new ArrayList<>();
    /** Equal, not the same: what is decoded from a record shares no object with its partition key. */
    private final List<String> products = new ArrayList<>();

    private final long recordsPerMinute;
    private long next;

    /** @param keys how many keys there are to choose from */
    PurchaseRecords(int keys, long recordsPerMinute) {
        this.recordsPerMinute = recordsPerMinute;
        for (int key = 0; key < keys; key++) {
            partitionKeys.add(product(key));
            products.add(product(key));
        }
    }

    private static String product(int key) {
        return "product-" + (100_000 + key);
    }

    /** The event time of the next record, in epoch milliseconds. */
    long nextMillis() {
        return START_MILLIS + next * CountPipeline.WINDOW.toMillis() / recordsPerMinute;
    }

    Purchase value(int key) {
        return new Purchase(
                products.get(key), "customer-" + next % 10_000, "/products/" + key % 1000, next % 100, nextMillis());
    }

    /** The next record, without data. */
    SourceRecord record(int key) {
        return record(key, NO_DATA);
    }

    /** The next record, with its value as JSON, of some 120 bytes. */
    SourceRecord json(int key, boolean isDated) {
        Purchase value = value(key);
        String time = isDated
                ? "\"time\":\"" + Instant.ofEpochMilli(value.timeMillis()) + "\""
                : "\"timeMillis\":" + value.timeMillis();
        String json = "{\"product\":\"" + value.product() + "\",\"customer\":\"" + value.customer() + "\",\"page\":\""
                + value.page() + "\",\"amount\":" + value.amount() + "," + time + "}";
        return record(key, json.getBytes(StandardCharsets.UTF_8));
    }

    private SourceRecord record(int key, byte[] data) {
        long millis = nextMillis();
        String sequenceNumber = SEQUENCE_NUMBERS_BEGIN + (FIRST_SEQUENCE_NUMBER + next);
        next++;
        return new SourceRecord(partitionKeys.get(key), data, new Position(sequenceNumber, 0, false), millis);
    }
}

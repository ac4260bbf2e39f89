package dev.millrace.benchmarks;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.millrace.driver.ShardInfo;
import dev.millrace.engine.HashRange;
import dev.millrace.engine.Output;
import dev.millrace.engine.Part;
import dev.millrace.engine.Parts;
import dev.millrace.engine.Position;
import dev.millrace.engine.SourceRecord;
import dev.millrace.exchange.Packer;
import dev.millrace.format.ByteReader;
import dev.millrace.format.Compression;
import dev.millrace.plan.Plan;
import dev.millrace.sink.IdentifiedOutput;
import dev.millrace.sink.OutputId;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;

/**
 * What a packed record takes beside the keys and accumulators that it carries, where it carries 100 of them.
 *
 * @param keys what kind of keys they are
 * @param content the bytes of keys and accumulators
 * @param raw the bytes of the record before compression
 * @param packed the bytes of the record as it is put
 */
record PartOverhead(String keys, int parts, int content, int raw, int packed) {
    private static final int PARTS = 100;
    private static final double BAR = 20;
    /** In front of what is compressed: magic, version, checksum and method. */
    private static final int FRAME_BYTES = 9;

    private static final int METHOD_AT = FRAME_BYTES - 1;
    private static final int DEFLATED = 1;
    private static final int MOST_BYTES = 1 << 20;
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static final int RANDOM_KEY_LENGTH = 14;

    static List<PartOverhead> measure() {
        SplittableRandom random = new SplittableRandom(PurchaseRecords.SEED);
        return List.of(
                measure("products", i -> "product-" + (100_000 + i * (PurchaseRecords.KEYS / PARTS))),
                measure("random", i -> randomKey(random)));
    }

    private static String randomKey(SplittableRandom random) {
        StringBuilder key = new StringBuilder();
        for (int i = 0; i < RANDOM_KEY_LENGTH; i++) {
            key.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return key.toString();
    }

    private static PartOverhead measure(String name, IntFunction<String> keys) {
        Plan plan = Plan.of(CountPipeline.ofPurchases(Grouping.KEY_BY));
        String shard = "shardId-000000000000";
        CommittingTask sender =
                new CommittingTask(plan.pipeline(), plan.stages().get(0).name(), shard);
        long millis = PurchaseRecords.START_MILLIS;
        for (int i = 0; i < PARTS; i++) {
            String key = keys.apply(i);
            SourceRecord record = new SourceRecord(key, new byte[0], new Position("1" + i, 0, false), millis);
            sender.task().applyDecoded(record, new Purchase(key, "customer-1", "/products/1", 1, millis), millis);
        }
        List<Output> outbox = sender.commit().outbox();
        OutputId first =
                new OutputId(plan.pipeline().name(), plan.stages().get(0).name(), shard, 1, 1_000, 0);
        byte[] packed = Packer.pack(
                        plan.stages().get(1).name(),
                        IdentifiedOutput.ofOutbox(first, outbox),
                        List.of(new ShardInfo(shard, List.of(), HashRange.ALL, true)))
                .get(0)
                .data();
        int raw = packed[METHOD_AT] == DEFLATED
                ? FRAME_BYTES + Compression.inflate(packed, FRAME_BYTES, MOST_BYTES).length
                : packed.length;
        return new PartOverhead(name, PARTS, content(outbox.get(0)), raw, packed.length);
    }

    private static int content(Output output) {
        try {
            List<Part> parts = Parts.decode(output.payload()).parts();
            if (parts.size() != PARTS) {
                throw new IllegalStateException("expected " + PARTS + " parts: " + parts.size());
            }
            return parts.stream()
                    .mapToInt(part -> part.key().length + part.accumulator().length)
                    .sum();
        } catch (ByteReader.Malformed e) {
            throw new IllegalStateException("the sender's output cannot be read", e);
        }
    }

    /** Bytes beside key and accumulator, for each part; less than nothing where keys share what they begin with. */
    @JsonProperty
    double rawPerPart() {
        return (double) (raw - content) / parts;
    }

    /** Likewise, of the record as it is put. */
    @JsonProperty
    double packedPerPart() {
        return (double) (packed - content) / parts;
    }

    boolean isWithinBar() {
        return rawPerPart() <= BAR && packedPerPart() <= BAR;
    }
}

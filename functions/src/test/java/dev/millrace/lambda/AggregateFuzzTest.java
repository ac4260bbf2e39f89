package dev.millrace.lambda;

import dev.millrace.testing.Fuzzing;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Aggregated records that anything has been done to. */
class AggregateFuzzTest {
    private static final List<Class<? extends Exception>> DECLARED = List.of(CorruptedAggregateException.class);

    private static byte[] aggregate(Random random) {
        AggregateWriter writer = new AggregateWriter();
        for (int left = random.nextInt(8); left > 0; left--) {
            writer.add("key-" + random.nextInt(4), Fuzzing.noise(random.nextInt(60), random));
        }
        if (random.nextBoolean()) {
            writer.explicitHashKeyEntry("17").rawRecord(0L, 0L, new byte[3]);
        }
        return writer.toBytes();
    }

    private static byte[] message(byte[] aggregate) {
        return Arrays.copyOfRange(aggregate, 4, aggregate.length - 16);
    }

    @Property
    void aRecordThatWasDamaged_isRefusedOrPlain(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] damaged = Fuzzing.mutated(aggregate(random), aggregate(random), random);

        Fuzzing.decode(damaged, data -> AggregatedRecords.unpack(data, "key"), DECLARED);
    }

    @Property
    void aMessageThatMakesNoSense_isRefused(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] message = Fuzzing.mutated(message(aggregate(random)), message(aggregate(random)), random);

        Fuzzing.decode(AggregateWriter.seal(message), data -> AggregatedRecords.unpack(data, "key"), DECLARED);
    }

    @Property
    void anythingBehindTheMagic_isRefused(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] noise = Fuzzing.noise(random.nextInt(200), random);

        Fuzzing.decode(AggregateWriter.seal(noise), data -> AggregatedRecords.unpack(data, "key"), DECLARED);
    }
}

package dev.millrace.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import com.amazonaws.services.lambda.runtime.serialization.events.LambdaEventSerializers;
import dev.millrace.testing.Fuzzing;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/** Events that anything has been done to, deserialized as Lambda does it. */
class EventsFuzzTest {
    private static final PojoSerializer<KinesisEvent> EVENTS =
            LambdaEventSerializers.serializerFor(KinesisEvent.class, EventsFuzzTest.class.getClassLoader());
    private static final List<Class<? extends Exception>> DECLARED = List.of(IllegalArgumentException.class);

    private static byte[] json(String name) {
        try (InputStream in = EventsFuzzTest.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The event, or null if Lambda would not have given it to the function. */
    private static @Nullable KinesisEvent event(byte[] json) {
        try {
            return EVENTS.fromJson(new ByteArrayInputStream(json));
        } catch (RuntimeException e) {
            return null;
        }
    }

    private static void read(byte[] json) {
        KinesisEvent event = event(json);
        if (event != null && event.getRecords() != null && !event.getRecords().isEmpty()) {
            Fuzzing.decode(
                    json,
                    ignored -> {
                        String shard = KinesisEventReader.shardOf(event);
                        assertThat(KinesisEventReader.items(event)).as(shard).isNotEmpty();
                        assertThat(KinesisEventReader.records(event)).as(shard).hasSameSizeAs(event.getRecords());
                    },
                    DECLARED);
        }
    }

    @Property
    void anEventThatWasDamaged_isABatchOrRefused(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] batch = json("batch.json");

        read(Fuzzing.mutated(batch, json("tick.json"), random));
    }

    /** Whole fields are more often missing than bytes. */
    @Example
    void anEventWithoutAField_isRefused() {
        String batch = new String(json("batch.json"), StandardCharsets.UTF_8);
        for (String field : List.of(
                "kinesis",
                "partitionKey",
                "sequenceNumber",
                "data",
                "approximateArrivalTimestamp",
                "eventID",
                "Records")) {
            read(batch.replace("\"" + field + "\"", "\"other\"").getBytes(StandardCharsets.UTF_8));
        }
        for (String records : List.of("[null]", "[{}]", "[{\"kinesis\":null}]", "[{\"kinesis\":{}}]", "null", "{}")) {
            read(("{\"Records\":" + records + "}").getBytes(StandardCharsets.UTF_8));
        }
    }
}

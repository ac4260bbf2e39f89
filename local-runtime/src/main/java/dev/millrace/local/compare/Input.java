package dev.millrace.local.compare;

import dev.millrace.local.kinesis.PutEntry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Records for a pipeline, the same for the same seed, and how often each key has come in them: the count that needs no
 * pipeline. Some records are probes: they have a key that no other record has, so that the row of that key is the first result
 * that covers them. For one thread.
 */
abstract class Input {
    /** The pipelines that there is input for. */
    static final List<String> PIPELINES = List.of("word-count", "clickstream");

    private static final String PROBE = "probe";
    private static final int KEYS = 1_000;
    private static final long PARTITION_KEYS = 0x9e3779b97f4a7c15L;

    private final Zipf zipf;
    private final Map<String, Long> counts = new HashMap<>();
    private long records;
    private long values;

    private Input(ComparisonSettings settings) {
        zipf = new Zipf(KEYS, settings.skew(), settings.seed());
    }

    static Input of(ComparisonSettings settings) {
        return switch (settings.pipeline()) {
            case "word-count" -> new Lines(settings);
            case "clickstream" -> new Clicks(settings);
            default ->
                throw new IllegalArgumentException("there is no input for pipeline '" + settings.pipeline()
                        + "', but for these: " + String.join(", ", PIPELINES));
        };
    }

    /** @param probe the number of the probe that the record is, or null for a record like any other */
    final PutEntry next(@Nullable Long probe) {
        String data = data(probe);
        // Spread evenly over the shards: it is the keys that are skewed, not the partition keys.
        return PutEntry.of(Long.toHexString(++records * PARTITION_KEYS), data.getBytes(StandardCharsets.UTF_8));
    }

    abstract String data(@Nullable Long probe);

    final String count(@Nullable Long probe) {
        String key = probe == null ? "k" + zipf.next() : PROBE + probe;
        counts.merge(key, 1L, Long::sum);
        values++;
        return key;
    }

    /** The number of the probe whose key that is; null for any other key. */
    static @Nullable Long probe(String key) {
        return key.startsWith(PROBE) ? Long.valueOf(key.substring(PROBE.length())) : null;
    }

    /** How often each key has come. */
    final Map<String, Long> counts() {
        return counts;
    }

    /** How many values have come that are counted. */
    final long values() {
        return values;
    }

    final long records() {
        return records;
    }

    private static final class Lines extends Input {
        private static final int WORDS = 8;

        Lines(ComparisonSettings settings) {
            super(settings);
        }

        @Override
        String data(@Nullable Long probe) {
            StringBuilder line = new StringBuilder(count(probe));
            for (int i = 1; i < WORDS; i++) {
                line.append(' ').append(count(null));
            }
            return line.toString();
        }
    }

    private static final class Clicks extends Input {
        Clicks(ComparisonSettings settings) {
            super(settings);
        }

        @Override
        String data(@Nullable Long probe) {
            return "{\"user\":\"u" + records() % KEYS + "\",\"page\":\"" + count(probe) + "\",\"timestamp\":\""
                    + Instant.now() + "\"}";
        }
    }
}

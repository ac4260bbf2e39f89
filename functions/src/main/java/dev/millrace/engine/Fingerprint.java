package dev.millrace.engine;

import dev.millrace.Aggregations;
import dev.millrace.Operator;
import dev.millrace.Pipeline;
import dev.millrace.Transform;
import dev.millrace.Windows;
import dev.millrace.codec.Codecs;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a stage's stored state depends on and cannot change under the same names: the source stream, and of each aggregation the
 * windows, what it aggregates, and how its keys are encoded. It is kept as state itself, as a text for each name, written with
 * the first entry that would be written anyway; so it is fenced like all state, and costs no write of its own.
 *
 * <p>Names are only ever added: an operator that is gone keeps its text, as it keeps its state, and two versions of a
 * pipeline that run for a while side by side do not take turns at overwriting it. A stage also notes the aggregations that it
 * sends to, so that it stops before it sends what their state is not made for.
 */
public final class Fingerprint {
    private static final String SOURCE = "$source";
    private static final String OPERATOR = "$operator/";
    /** The cell's namespace is the version of the text. */
    private static final long VERSION = 1;

    private final Pipeline pipeline;
    private final String stage;
    private final SortedMap<KeyId, String> texts = new TreeMap<>();
    private final List<CellChange> missing = new ArrayList<>();

    /** @throws dev.millrace.PipelineException if the pipeline has no such stage */
    Fingerprint(Pipeline pipeline, String stage) {
        this.pipeline = pipeline;
        this.stage = stage;
        StageSlice slice = StageSlice.of(pipeline, stage);
        Transform.Source source = (Transform.Source) pipeline.operators().get(0).transform();
        texts.put(KeyId.keyless(SOURCE), source.stream());
        for (Operator operator : pipeline.operators()) {
            if (operator.transform() instanceof Transform.Aggregate aggregate) {
                Operator keyBy = pipeline.operator(operator.inputs().get(0));
                if (slice.has(operator) || slice.exchanges().containsKey(keyBy.name())) {
                    texts.put(KeyId.keyless(OPERATOR + operator.name()), text(aggregate, (Transform.KeyBy)
                            keyBy.transform()));
                }
            }
        }
    }

    private static String text(Transform.Aggregate aggregate, Transform.KeyBy keyBy) {
        return windows(aggregate.windows()) + " " + Aggregations.kindOf(aggregate.aggregation()) + " by "
                + (keyBy.byPartitionKey() ? "partition key " : "") + Codecs.kindOf(keyBy.keyCodec());
    }

    private static String windows(@Nullable Windows windows) {
        if (windows == null) {
            return "running";
        }
        if (windows instanceof Windows.Tumbling tumbling) {
            return "tumbling " + tumbling.size();
        }
        return windows instanceof Windows.Sliding sliding
                ? "sliding " + sliding.size() + " every " + sliding.slide()
                : "session " + ((Windows.Session) windows).gap();
    }

    /**
     * Requires that state is this pipeline's.
     *
     * @throws OtherPipelineException if it is another's: the message names both, and what differs
     */
    void check(KeyedState committed) {
        List<String> differences = new ArrayList<>();
        missing.clear();
        texts.forEach((id, text) -> {
            String known = read(committed.cells(id));
            if (known == null) {
                missing.add(new CellChange(id, VERSION, text.getBytes(StandardCharsets.UTF_8)));
            } else if (!known.equals(text)) {
                differences.add(
                        id.operator().equals(SOURCE)
                                ? "it reads stream '" + known + "' there, and '" + text + "' here"
                                : "operator '" + id.operator().substring(OPERATOR.length()) + "' is '" + known
                                        + "' there, and '" + text + "' here");
            }
        });
        if (!differences.isEmpty()) {
            throw new OtherPipelineException("the state of stage '" + stage + "' is of a pipeline '" + pipeline.name()
                    + "' (fingerprint " + of(recorded(committed)) + ") which is not this pipeline '" + pipeline.name()
                    + "' (fingerprint " + of(texts) + "): " + String.join("; ", differences)
                    + ". Nothing was read or written. If it is the same pipeline and an operator has changed, give that"
                    + " operator another name with named(...): it begins anew, and what is stored under the old name is"
                    + " kept. Otherwise give this pipeline another name, or run the one whose state it is");
        }
    }

    /** What is to be written with the next entry; nothing where all of it is there. In the order of ids. */
    List<CellChange> missing() {
        return Collections.unmodifiableList(missing);
    }

    /** The fingerprint that state has, as eight hexadecimal digits; null where none was written yet. */
    public static @Nullable String of(KeyedState state) {
        SortedMap<KeyId, String> recorded = recorded(state);
        return recorded.isEmpty() ? null : of(recorded);
    }

    private static SortedMap<KeyId, String> recorded(KeyedState state) {
        SortedMap<KeyId, String> recorded = new TreeMap<>();
        state.bucket(state.buckets()).cells().forEach((id, cells) -> {
            String text = read(cells);
            if (text != null && (id.operator().equals(SOURCE) || id.operator().startsWith(OPERATOR))) {
                recorded.put(id, text);
            }
        });
        return recorded;
    }

    private static @Nullable String read(Map<Long, byte[]> cells) {
        byte[] text = cells.get(VERSION);
        return text == null ? null : new String(text, StandardCharsets.UTF_8);
    }

    private static String of(SortedMap<KeyId, String> texts) {
        CRC32C crc = new CRC32C();
        texts.forEach((id, text) -> crc.update((id.operator() + "=" + text + "\n").getBytes(StandardCharsets.UTF_8)));
        return String.format("%08x", crc.getValue());
    }
}

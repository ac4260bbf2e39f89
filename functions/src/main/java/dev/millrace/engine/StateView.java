package dev.millrace.engine;

import dev.millrace.Aggregation;
import dev.millrace.Operator;
import dev.millrace.Pipeline;
import dev.millrace.Transform;
import dev.millrace.Windows;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Keyed state in a form for people: which keys there are, and what the current results of one would be. Changes nothing. */
public final class StateView {
    private static final int SESSION_HEADER_BYTES = Long.BYTES + 1;

    private final Pipeline pipeline;
    private final KeyedState state;
    private final long watermarkMillis;

    /** @param watermarkMillis the watermark as of the state, in epoch milliseconds: it tells which windows are over */
    public StateView(Pipeline pipeline, KeyedState state, long watermarkMillis) {
        this.pipeline = pipeline;
        this.state = state;
        this.watermarkMillis = watermarkMillis;
    }

    /**
     * A key's state in an operator.
     *
     * @param key as text
     * @param cells how many slices, sessions or accumulators it has
     * @param bytes what they take, before compression
     */
    public record KeySize(String operator, String key, int cells, long bytes) {}

    /**
     * The current result of a key in an operator.
     *
     * @param startMillis the window's start in epoch milliseconds, or {@link Progress#NO_TIME} where there is no window
     * @param endMillis its end, exclusive, likewise
     */
    public record CurrentResult(
            String operator,
            long startMillis,
            long endMillis,
            @Nullable Object value) {}

    /** All keys, in no particular order. State that belongs to no key is left out. */
    public List<KeySize> keys() {
        List<KeySize> keys = new ArrayList<>();
        state.forEach((id, cells) -> {
            if (!id.isKeyless()) {
                long bytes = cells.values().stream()
                        .mapToLong(value -> (long) id.key().length + Long.BYTES + value.length)
                        .sum();
                keys.add(new KeySize(id.operator(), new String(id.key(), StandardCharsets.UTF_8), cells.size(), bytes));
            }
        });
        return keys;
    }

    /**
     * The current results of a key, by operator and window. Windows that are over are left out, though some of their records
     * are still there for the windows that they share them with.
     *
     * @param key the key as stored, as text: the partition key of its records, or what the codec of keyBy makes of it
     * @throws RuntimeException whatever the pipeline's codecs and aggregations throw
     */
    public List<CurrentResult> results(String key) {
        List<CurrentResult> results = new ArrayList<>();
        for (Operator operator : pipeline.operators()) {
            if (operator.transform() instanceof Transform.Aggregate aggregate) {
                NavigableMap<Long, byte[]> cells =
                        new TreeMap<>(state.cells(KeyId.of(operator.name(), key.getBytes(StandardCharsets.UTF_8))));
                cells.remove(AggregateCommit.UPDATE_CELL);
                addResults(operator.name(), aggregate, cells, results);
            }
        }
        return results;
    }

    private void addResults(
            String operator,
            Transform.Aggregate aggregate,
            NavigableMap<Long, byte[]> cells,
            List<CurrentResult> results) {
        Windows windows = aggregate.windows();
        Aggregation<Object, Object, Object> aggregation = aggregate.aggregation();
        if (windows instanceof Windows.Session) {
            cells.forEach((start, bytes) -> {
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                long end = buffer.getLong();
                byte[] accumulator = new byte[bytes.length - SESSION_HEADER_BYTES];
                buffer.position(SESSION_HEADER_BYTES).get(accumulator);
                results.add(new CurrentResult(operator, start, end, result(aggregation, List.of(accumulator))));
            });
        } else if (windows == null) {
            cells.forEach((start, bytes) -> results.add(new CurrentResult(
                    operator, Progress.NO_TIME, Progress.NO_TIME, result(aggregation, List.of(bytes)))));
        } else {
            long size = windows instanceof Windows.Sliding sliding
                    ? sliding.size().toMillis()
                    : ((Windows.Tumbling) windows).size().toMillis();
            long slide =
                    windows instanceof Windows.Sliding sliding ? sliding.slide().toMillis() : size;
            long slice = windows instanceof Windows.Sliding sliding ? sliding.sliceMillis() : size;
            long keptMillis = size + windows.allowedLateness().toMillis();
            ofSlices(cells, size, slide, slice).forEach((start, slices) -> {
                if (start + keptMillis > watermarkMillis) {
                    results.add(new CurrentResult(operator, start, start + size, result(aggregation, slices)));
                }
            });
        }
    }

    /**
     * The slices of each window, by the window's start. What begins some milliseconds after its slice has no part in that
     * many windows, see {@link SlicedWindowing}.
     */
    private static Map<Long, List<byte[]>> ofSlices(
            NavigableMap<Long, byte[]> cells, long size, long slide, long sliceMillis) {
        Map<Long, List<byte[]>> windows = new TreeMap<>();
        cells.forEach((place, bytes) -> {
            long slice = Math.floorDiv(place, sliceMillis) * sliceMillis;
            long endsAfter = slice + (place - slice) * slide;
            for (long start = Math.floorDiv(slice, slide) * slide; start + size > endsAfter; start -= slide) {
                windows.computeIfAbsent(start, first -> new ArrayList<>()).add(bytes);
            }
        });
        return windows;
    }

    private static Object result(Aggregation<Object, Object, Object> aggregation, List<byte[]> accumulators) {
        Object merged = aggregation.accumulatorCodec().decode(accumulators.get(0));
        for (byte[] next : accumulators.subList(1, accumulators.size())) {
            merged = aggregation.merge(merged, aggregation.accumulatorCodec().decode(next));
        }
        return aggregation.result(merged);
    }
}

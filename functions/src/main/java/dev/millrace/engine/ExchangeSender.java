package dev.millrace.engine;

import dev.millrace.Transform;
import dev.millrace.codec.Codec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The way to an aggregation of another stage: decides what is late, by this partition's watermark (X3), and aggregates what it
 * sends as far as it can, so that a key costs one part for each commit and window, however many values it has.
 */
final class ExchangeSender implements Adder {
    /** What a part takes beside its key, roughly: the place, and a small accumulator. */
    private static final int PART_BYTES = 24;

    /** Of which nothing waits. */
    private static final int MOST_KNOWN_KEYS = 50_000;

    private final String name;
    private final Folding folding;
    private final Windowing windowing;
    private final Codec<Object> keyCodec;
    private final boolean combines;
    private final TaskScope task;
    /** What waits, by key; also of keys that nothing waits of, to spare them being encoded anew each time. */
    private final Map<Object, KeyState> keys = new HashMap<>();

    private final List<KeyState> waiting = new ArrayList<>();

    ExchangeSender(String name, Transform.Aggregate aggregate, Transform.KeyBy keyBy, TaskScope task) {
        this.name = name;
        this.folding = new Folding(aggregate.aggregation());
        this.windowing = Windowing.of(aggregate.windows());
        this.keyCodec = keyBy.keyCodec();
        this.combines = keyBy.combines();
        this.task = task;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean add(Object key, Object value, long timeMillis, long watermarkMillis) {
        long place = windowing.placeOf(timeMillis, watermarkMillis);
        if (place == Windowing.LATE) {
            return false;
        }
        KeyState state = stateOf(key, null);
        int cellsBefore = state.cells.size();
        windowing.combine(folding, state, place, value);
        wait(state);
        if (state.cells.size() > cellsBefore) {
            task.willSend(state.id.key().length + PART_BYTES);
        }
        return true;
    }

    /** A result on its way: what could fail about it has not. */
    record Prepared(Object key, KeyId id, Object accumulator) {}

    /**
     * Prepares the result of an aggregation of this stage; changes nothing.
     *
     * @throws PartTooLargeException if it is too large by itself
     */
    Prepared prepare(Object key, Object value) {
        KeyId id = KeyId.of(name, keyCodec.encode(key));
        Object accumulator = folding.of(value);
        check(new Part(0, name, id.key(), 0, 0, folding.encode(accumulator)));
        return new Prepared(key, id, accumulator);
    }

    /**
     * Adds a result. Never late: it comes before anything that its window's end makes due
     * (X3).
     */
    void addResult(Prepared result, long timeMillis) {
        long place = windowing.placeOf(timeMillis, timeMillis);
        KeyState state = stateOf(result.key, result.id);
        int cellsBefore = state.cells.size();
        try {
            windowing.combineAccumulator(folding, state, place, result.accumulator);
            wait(state);
        } catch (RuntimeException e) {
            // What cannot be merged here is sent by itself, so that the stage that has them together decides.
            KeyState alone = new KeyState(result.key, result.id, Floors.NONE);
            windowing.combineAccumulator(folding, alone, place, result.accumulator);
            waiting.add(alone);
        }
        if (state.cells.size() > cellsBefore) {
            task.willSend(state.id.key().length + PART_BYTES);
        }
    }

    private void wait(KeyState state) {
        if (!state.waits) {
            state.waits = true;
            waiting.add(state);
        }
    }

    private KeyState stateOf(Object key, @Nullable KeyId id) {
        KeyState known = combines ? keys.get(key) : null;
        if (known != null) {
            return known;
        }
        KeyId present = id == null ? KeyId.of(name, keyCodec.encode(key)) : id;
        KeyState state = new KeyState(key, present, Floors.NONE);
        if (combines) {
            keys.put(key, state);
        }
        return state;
    }

    /**
     * Adds what waits to be sent, in the order of the keys; where values are sent one by one, in their order.
     *
     * @throws PartTooLargeException if a part cannot be sent; nothing has changed
     * @throws NotEncodableException likewise
     */
    void addParts(List<Part> parts) {
        if (combines) {
            KeyOrder.sort(waiting);
        }
        for (KeyState state : waiting) {
            for (Cell cell : state.cells) {
                byte[] accumulator = encode(state, cell);
                Part part =
                        new Part(parts.size(), name, state.id.key(), cell.start, windowing.endOf(cell), accumulator);
                check(part);
                parts.add(part);
            }
        }
    }

    private void check(Part part) {
        if (Parts.size(part) > Parts.MAX_PART_BYTES) {
            throw new PartTooLargeException(name, Parts.size(part));
        }
    }

    private byte[] encode(KeyState state, Cell cell) {
        try {
            return folding.encode(cell.accumulator(folding));
        } catch (RuntimeException e) {
            throw NotEncodableException.ofPart(name, state, e);
        }
    }

    /** Hands over what waits, as it is, and forgets it. */
    void handOver(Handover to, List<List<Handed.Part>> byReceiver) {
        for (KeyState state : waiting) {
            if (state.receiver == KeyState.NOWHERE) {
                state.receiver = to.receiverOf(state.id.key());
            }
            List<Handed.Part> parts = byReceiver.get(state.receiver);
            for (Cell cell : state.cells) {
                parts.add(new Handed.Part(
                        name, state.key, state.id, cell.start, windowing.endOf(cell), cell.accumulator(folding)));
            }
        }
        clear();
    }

    /** Forgets what waits: it is committed, handed over, or rolled back. */
    void clear() {
        if (keys.size() > MOST_KNOWN_KEYS) {
            keys.clear();
        } else {
            waiting.forEach(KeyState::clear);
        }
        waiting.clear();
    }
}

package dev.millrace.engine;

import dev.millrace.Aggregation;
import dev.millrace.codec.Codec;

/** An aggregation, with what is asked of it most. */
final class Folding {
    private final Aggregation<Object, Object, Object> aggregation;
    private final Codec<Object> codec;

    Folding(Aggregation<Object, Object, Object> aggregation) {
        this.aggregation = aggregation;
        this.codec = aggregation.accumulatorCodec();
    }

    /** An accumulator of one value. */
    Object of(Object value) {
        return aggregation.add(aggregation.create(), value);
    }

    Object add(Object accumulator, Object value) {
        return aggregation.add(accumulator, value);
    }

    Object merge(Object left, Object right) {
        return aggregation.merge(left, right);
    }

    Object result(Object accumulator) {
        return aggregation.result(accumulator);
    }

    byte[] encode(Object accumulator) {
        return codec.encode(accumulator);
    }

    Object decode(byte[] bytes) {
        return codec.decode(bytes);
    }
}

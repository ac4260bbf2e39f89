package dev.millrace.benchmarks;

import dev.millrace.codec.Codec;
import java.nio.ByteBuffer;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** Eight bytes for what comes down to a number. */
record LongCodec<T>(ToLongFunction<T> toLong, Function<Long, T> fromLong) implements Codec<T> {
    static LongCodec<Long> ofLongs() {
        return new LongCodec<>(Long::longValue, number -> number);
    }

    @Override
    public byte[] encode(T value) {
        return ByteBuffer.allocate(Long.BYTES)
                .putLong(toLong.applyAsLong(value))
                .array();
    }

    @Override
    public T decode(byte[] bytes) {
        return fromLong.apply(ByteBuffer.wrap(bytes).getLong());
    }
}

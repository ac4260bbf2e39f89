package dev.millrace;

import dev.millrace.codec.Codec;
import dev.millrace.codec.CodecException;
import dev.millrace.codec.Codecs;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.ToLongFunction;

/** The values with the largest scores. */
final class TopN<T> implements Aggregation<T, List<TopN.Scored<T>>, List<T>> {
    private static final int MAX_N = 10_000;

    private final int n;
    private final ToLongFunction<? super T> score;
    private final Codec<T> codec;

    TopN(int n, ToLongFunction<? super T> score, Codec<T> codec) {
        if (n < 1 || n > MAX_N) {
            throw new IllegalArgumentException("top-N takes an N from 1 to " + MAX_N + ", not " + n);
        }
        this.n = n;
        this.score = score;
        this.codec = codec;
    }

    record Scored<T>(long score, T value, byte[] bytes) implements Comparable<Scored<T>> {
        @Override
        public int compareTo(Scored<T> other) {
            int order = Long.compare(other.score, score);
            return order != 0 ? order : Arrays.compareUnsigned(bytes, other.bytes);
        }
    }

    String kind() {
        return "topN of " + Codecs.kindOf(codec);
    }

    @Override
    public List<Scored<T>> create() {
        return new ArrayList<>();
    }

    @Override
    public List<Scored<T>> add(List<Scored<T>> top, T value) {
        long valueScore = score.applyAsLong(value);
        if (top.size() == n && valueScore < top.get(n - 1).score) {
            return top;
        }
        Scored<T> scored = new Scored<>(valueScore, value, codec.encode(value));
        int at = Collections.binarySearch(top, scored);
        top.add(at < 0 ? -at - 1 : at, scored);
        if (top.size() > n) {
            top.remove(n);
        }
        return top;
    }

    @Override
    public List<Scored<T>> merge(List<Scored<T>> left, List<Scored<T>> right) {
        List<Scored<T>> merged = new ArrayList<>(left);
        merged.addAll(right);
        Collections.sort(merged);
        return merged.size() <= n ? merged : new ArrayList<>(merged.subList(0, n));
    }

    @Override
    public List<T> result(List<Scored<T>> top) {
        return top.stream().map(Scored::value).toList();
    }

    @Override
    public Codec<List<Scored<T>>> accumulatorCodec() {
        return new TopCodec();
    }

    /** Each value's length and bytes; the score follows from the value. */
    private final class TopCodec implements Codec<List<Scored<T>>> {
        @Override
        public byte[] encode(List<Scored<T>> top) {
            int size = 0;
            for (Scored<T> scored : top) {
                size += Integer.BYTES + scored.bytes.length;
            }
            ByteBuffer buffer = ByteBuffer.allocate(size);
            for (Scored<T> scored : top) {
                buffer.putInt(scored.bytes.length).put(scored.bytes);
            }
            return buffer.array();
        }

        @Override
        public List<Scored<T>> decode(byte[] bytes) {
            List<Scored<T>> top = new ArrayList<>();
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            try {
                while (buffer.hasRemaining()) {
                    int length = buffer.getInt();
                    if (length < 0 || length > buffer.remaining()) {
                        throw new CodecException("a top-N value of " + length + " bytes in " + buffer.remaining());
                    }
                    byte[] encoded = new byte[length];
                    buffer.get(encoded);
                    T value = codec.decode(encoded);
                    top.add(new Scored<>(score.applyAsLong(value), value, encoded));
                }
            } catch (BufferUnderflowException e) {
                throw new CodecException("a top-N accumulator that is cut off", e);
            }
            return top;
        }
    }
}

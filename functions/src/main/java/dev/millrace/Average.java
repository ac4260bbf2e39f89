package dev.millrace;

import dev.millrace.codec.Codec;
import dev.millrace.codec.CodecException;
import java.nio.ByteBuffer;
import java.util.function.ToDoubleFunction;

/** The mean of numbers. */
final class Average<T> implements Aggregation<T, Average.Mean, Double> {
    private static final Codec<Mean> CODEC = new MeanCodec();

    private final ToDoubleFunction<? super T> number;

    Average(ToDoubleFunction<? super T> number) {
        this.number = number;
    }

    record Mean(double sum, long count) {}

    @Override
    public Mean create() {
        return new Mean(0, 0);
    }

    @Override
    public Mean add(Mean mean, T value) {
        return new Mean(mean.sum + number.applyAsDouble(value), mean.count + 1);
    }

    @Override
    public Mean merge(Mean left, Mean right) {
        return new Mean(left.sum + right.sum, left.count + right.count);
    }

    @Override
    public Double result(Mean mean) {
        return mean.sum / mean.count;
    }

    @Override
    public Codec<Mean> accumulatorCodec() {
        return CODEC;
    }

    private static final class MeanCodec implements Codec<Mean> {
        private static final int BYTES = Double.BYTES + Long.BYTES;

        @Override
        public byte[] encode(Mean mean) {
            return ByteBuffer.allocate(BYTES)
                    .putDouble(mean.sum)
                    .putLong(mean.count)
                    .array();
        }

        @Override
        public Mean decode(byte[] bytes) {
            if (bytes.length != BYTES) {
                throw new CodecException("not a mean: " + bytes.length + " bytes, not " + BYTES);
            }
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            return new Mean(buffer.getDouble(), buffer.getLong());
        }
    }
}

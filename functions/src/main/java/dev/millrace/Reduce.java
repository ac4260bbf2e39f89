package dev.millrace;

import dev.millrace.codec.Codec;
import dev.millrace.codec.CodecException;
import dev.millrace.codec.Codecs;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A property of the values, combined two by two. */
final class Reduce<T, C> implements Aggregation<T, Reduce.Held<C>, C> {
    private final String kind;
    private final Function<? super T, C> property;
    private final BinaryOperator<C> combine;
    private final Codec<C> codec;

    Reduce(String kind, Function<? super T, C> property, BinaryOperator<C> combine, Codec<C> codec) {
        this.kind = kind;
        this.property = property;
        this.combine = combine;
        this.codec = codec;
    }

    /** What has been combined so far: null before the first value. */
    static final class Held<C> {
        private @Nullable C value;

        private Held(@Nullable C value) {
            this.value = value;
        }

        private C get() {
            if (value == null) {
                throw new CodecException("an accumulator of nothing has no result, and is never stored");
            }
            return value;
        }
    }

    String kind() {
        return kind + " of " + Codecs.kindOf(codec);
    }

    @Override
    public Held<C> create() {
        return new Held<>(null);
    }

    @Override
    public Held<C> add(Held<C> held, T value) {
        C next = present(property.apply(value));
        held.value = held.value == null ? next : combined(held.value, next);
        return held;
    }

    @Override
    public Held<C> merge(Held<C> left, Held<C> right) {
        if (left.value == null || right.value == null) {
            return new Held<>(left.value == null ? right.value : left.value);
        }
        return new Held<>(combined(left.value, right.value));
    }

    private C combined(C left, C right) {
        return present(combine.apply(left, right));
    }

    private static <C> C present(@Nullable C value) {
        if (value == null) {
            throw new NullPointerException("an aggregation's function gave null; filter such values out before it");
        }
        return value;
    }

    @Override
    public C result(Held<C> held) {
        return held.get();
    }

    @Override
    public Codec<Held<C>> accumulatorCodec() {
        return new Codec<>() {
            @Override
            public byte[] encode(Held<C> held) {
                return codec.encode(held.get());
            }

            @Override
            public Held<C> decode(byte[] bytes) {
                return new Held<>(codec.decode(bytes));
            }
        };
    }
}

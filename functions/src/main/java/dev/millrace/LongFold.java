package dev.millrace;

import dev.millrace.codec.Codec;
import dev.millrace.codec.CodecException;
import dev.millrace.codec.Codecs;
import java.util.function.LongBinaryOperator;
import java.util.function.ToLongFunction;

/** Whole numbers combined two by two, in a cell that is changed in place, so that a record allocates nothing. */
final class LongFold<T> implements Aggregation<T, LongFold.Cell, Long> {
    private static final Codec<Cell> CODEC = new CellCodec();

    private final String kind;
    private final ToLongFunction<? super T> number;
    private final LongBinaryOperator combine;

    LongFold(String kind, ToLongFunction<? super T> number, LongBinaryOperator combine) {
        this.kind = kind;
        this.number = number;
        this.combine = combine;
    }

    String kind() {
        return kind;
    }

    @Override
    public Cell create() {
        return new Cell();
    }

    @Override
    public Cell add(Cell cell, T value) {
        long next = number.applyAsLong(value);
        cell.value = cell.any ? combine.applyAsLong(cell.value, next) : next;
        cell.any = true;
        return cell;
    }

    @Override
    public Cell merge(Cell left, Cell right) {
        Cell merged = new Cell();
        merged.any = left.any || right.any;
        if (left.any && right.any) {
            merged.value = combine.applyAsLong(left.value, right.value);
        } else {
            merged.value = left.any ? left.value : right.value;
        }
        return merged;
    }

    @Override
    public Long result(Cell cell) {
        return cell.value;
    }

    @Override
    public Codec<Cell> accumulatorCodec() {
        return CODEC;
    }

    static final class Cell {
        private boolean any;
        private long value;
    }

    private static final class CellCodec implements Codec<Cell> {
        @Override
        public byte[] encode(Cell cell) {
            if (!cell.any) {
                throw new CodecException("an accumulator of nothing is never stored");
            }
            return Codecs.longs().encode(cell.value);
        }

        @Override
        public Cell decode(byte[] bytes) {
            Cell cell = new Cell();
            cell.any = true;
            cell.value = Codecs.longs().decode(bytes);
            return cell;
        }
    }
}

package dev.millrace.local.source;

import java.time.LocalDate;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** Bytes of text, written without making objects. For one thread at a time. */
final class Digits {
    private static final int LONGEST_NUMBER = 20;
    private static final long DAY_MILLIS = TimeUnit.DAYS.toMillis(1);

    private byte[] bytes;
    private int size;
    private long epochDay = Long.MIN_VALUE;
    private LocalDate day = LocalDate.EPOCH;

    Digits(int expectedBytes) {
        bytes = new byte[expectedBytes];
    }

    void clear() {
        size = 0;
    }

    void write(byte[] text) {
        reserve(text.length);
        System.arraycopy(text, 0, bytes, size, text.length);
        size += text.length;
    }

    /** Writes a number, not negative, in decimal. */
    void write(long number) {
        int digits = 1;
        for (long rest = number / 10; rest > 0; rest /= 10) {
            digits++;
        }
        write(number, digits);
    }

    /** Writes a time such as {@code 2026-01-31T12:00:00.000Z}, of the years 1970 to 9999. */
    void writeTime(long epochMillis) {
        if (epochMillis / DAY_MILLIS != epochDay) {
            epochDay = epochMillis / DAY_MILLIS;
            day = LocalDate.ofEpochDay(epochDay);
        }
        long millis = epochMillis % DAY_MILLIS;
        write(day.getYear(), 4);
        write('-', day.getMonthValue(), 2);
        write('-', day.getDayOfMonth(), 2);
        write('T', millis / 3_600_000, 2);
        write(':', millis / 60_000 % 60, 2);
        write(':', millis / 1000 % 60, 2);
        write('.', millis % 1000, 3);
        write((byte) 'Z');
    }

    private void write(char before, long number, int digits) {
        write((byte) before);
        write(number, digits);
    }

    private void write(byte one) {
        reserve(1);
        bytes[size++] = one;
    }

    private void write(long number, int digits) {
        reserve(LONGEST_NUMBER);
        long rest = number;
        for (int i = digits - 1; i >= 0; i--) {
            bytes[size + i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        size += digits;
    }

    private void reserve(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
        }
    }

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }
}

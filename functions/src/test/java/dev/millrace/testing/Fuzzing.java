package dev.millrace.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Damages valid encodings, and holds a decoder to its bounds. Seeds are jqwik's: what failed is shown with its seed, and comes
 * again with it.
 */
public final class Fuzzing {
    /** What decoders make of their input: small objects around it, and the text of an error. */
    private static final long ALLOCATED_FOR_EACH_BYTE = 256;

    private static final long ALLOCATED_ANYWAY = 4L << 20;
    /** Hundreds of times what it takes: a hang, and no slow machine. */
    private static final Duration HANG = Duration.ofSeconds(20);

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Fuzzing() {}

    /** Something that reads bytes from outside. */
    @FunctionalInterface
    public interface Decoder {
        void decode(byte[] input) throws Exception;
    }

    /** Up to four changes: bits, bytes, lengths, and parts that are cut out, doubled, or come from another example. */
    public static byte[] mutated(byte[] valid, byte[] other, Random random) {
        byte[] bytes = valid;
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            bytes = changed(bytes, other, random);
        }
        return bytes;
    }

    private static byte[] changed(byte[] bytes, byte[] other, Random random) {
        if (bytes.length == 0) {
            return noise(random.nextInt(40), random);
        }
        int at = random.nextInt(bytes.length);
        int to = at + random.nextInt(Math.min(64, bytes.length - at) + 1);
        byte[] copy = bytes.clone();
        switch (random.nextInt(8)) {
            case 0 -> copy[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> copy[at] = (byte) random.nextInt();
            case 2 -> copy[at] = new byte[] {0, 1, -1, Byte.MAX_VALUE, Byte.MIN_VALUE}[random.nextInt(5)];
            case 3 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 4 -> {
                return spliced(bytes, at, to, new byte[0]);
            }
            case 5 -> {
                return spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, to));
            }
            case 6 -> {
                // A number where a length may be: of 2^31 and more, as a varint.
                byte[] huge = new byte[4 + random.nextInt(7)];
                Arrays.fill(huge, (byte) -1);
                huge[huge.length - 1] = (byte) random.nextInt(128);
                return spliced(bytes, at, Math.min(at + 1, bytes.length), huge);
            }
            default -> {
                int from = random.nextInt(other.length + 1);
                int end = from + random.nextInt(other.length - from + 1);
                return spliced(bytes, at, to, Arrays.copyOfRange(other, from, end));
            }
        }
        return copy;
    }

    private static byte[] spliced(byte[] bytes, int from, int to, byte[] instead) {
        byte[] result = Arrays.copyOf(bytes, from + instead.length + bytes.length - to);
        System.arraycopy(instead, 0, result, from, instead.length);
        System.arraycopy(bytes, to, result, from + instead.length, bytes.length - to);
        return result;
    }

    public static byte[] noise(int length, Random random) {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        return noise;
    }

    /**
     * Decodes, and fails where anything but a declared exception comes, or where it takes memory out of proportion, or hangs.
     *
     * @param declared what the decoder may throw; each with a message
     */
    public static void decode(byte[] input, Decoder decoder, List<Class<? extends Exception>> declared) {
        decode(input, ALLOCATED_ANYWAY + ALLOCATED_FOR_EACH_BYTE * input.length, decoder, declared);
    }

    /** @param allocatedAtMost how many bytes it may allocate, garbage included */
    public static void decode(
            byte[] input, long allocatedAtMost, Decoder decoder, List<Class<? extends Exception>> declared) {
        long allocatedBefore = THREADS.getCurrentThreadAllocatedBytes();
        long start = System.nanoTime();
        @Nullable Throwable thrown = null;
        try {
            decoder.decode(input);
        } catch (Throwable e) {
            thrown = e;
        }
        // Before anything else is done, which allocates, too.
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - allocatedBefore;
        Duration taken = Duration.ofNanos(System.nanoTime() - start);
        if (thrown != null) {
            requireDeclared(thrown, input, declared);
        }
        assertThat(allocated).as("bytes allocated for %s", hex(input)).isLessThan(allocatedAtMost);
        assertThat(taken).as("time for %s", hex(input)).isLessThan(HANG);
    }

    private static void requireDeclared(Throwable thrown, byte[] input, List<Class<? extends Exception>> declared) {
        if (declared.stream().noneMatch(type -> type.isInstance(thrown))) {
            throw new AssertionError("undeclared, for " + hex(input), thrown);
        }
        assertThat(thrown.getMessage()).as("message for %s", hex(input)).isNotBlank();
    }

    private static String hex(byte[] input) {
        int shown = Math.min(input.length, 2_000);
        return input.length + " bytes: " + HexFormat.of().formatHex(input, 0, shown);
    }
}

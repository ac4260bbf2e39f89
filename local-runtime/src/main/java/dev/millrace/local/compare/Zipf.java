package dev.millrace.local.compare;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Draws numbers from 0 on, of which number {@code i} comes in proportion to {@code (i + 1) ^ -exponent}. For one thread. */
final class Zipf {
    private final double[] upTo;
    private final SplittableRandom random;

    /** @param numbers how many there are; the same seed gives the same draws */
    Zipf(int numbers, double exponent, long seed) {
        upTo = new double[numbers];
        double sum = 0;
        for (int i = 0; i < numbers; i++) {
            sum += Math.pow(i + 1, -exponent);
            upTo[i] = sum;
        }
        random = new SplittableRandom(seed);
    }

    int next() {
        int index = Arrays.binarySearch(upTo, random.nextDouble() * upTo[upTo.length - 1]);
        return Math.min(index < 0 ? -index - 1 : index, upTo.length - 1);
    }
}

package dev.millrace.benchmarks;

import java.util.SplittableRandom;
import java.util.function.IntSupplier;

/** How the records' keys are distributed, over {@link PurchaseRecords#KEYS}. */
public enum Keys {
    UNIFORM,
    /** Every second record has the same key, the others any. */
    HALF_ONE_KEY,
    /** Zipf, with an exponent of 1.1. */
    ZIPF;

    private static final double HOT = 0.5;

    /** Draws keys; the same ones for the same seed. */
    IntSupplier draws(long seed) {
        if (this == ZIPF) {
            return new Zipf(PurchaseRecords.KEYS, PurchaseRecords.EXPONENT, seed)::next;
        }
        SplittableRandom random = new SplittableRandom(seed);
        double hot = this == HALF_ONE_KEY ? HOT : 0;
        return () -> random.nextDouble() < hot ? 0 : random.nextInt(PurchaseRecords.KEYS);
    }
}

package dev.millrace.benchmarks;

import java.time.Instant;

/**
 * What the benchmarks' records hold.
 *
 * @param timeMillis the event time, in epoch milliseconds
 */
record Purchase(String product, String customer, String page, long amount, long timeMillis) {
    Instant time() {
        return Instant.ofEpochMilli(timeMillis);
    }
}

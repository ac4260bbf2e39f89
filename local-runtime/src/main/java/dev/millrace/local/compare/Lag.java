package dev.millrace.local.compare;

import java.util.List;

/** How far results are behind what should have been sent, by probes. Times are in nanoseconds. */
final class Lag {
    private Lag() {}

    /** The largest latency of those that should have been sent from one time to before another; 0 where there are none. */
    static long max(List<Probes.Probe> probes, long fromNanos, long beforeNanos) {
        return probes.stream()
                .filter(probe -> probe.intendedNanos() - fromNanos >= 0 && probe.intendedNanos() - beforeNanos < 0)
                .mapToLong(Probes.Probe::latencyNanos)
                .max()
                .orElse(0);
    }

    /**
     * How long after an event results were current again: no further behind than before it.
     *
     * @param probes in the order in which they should have been sent
     * @param steadyNanos how far behind results may be that count as current
     * @return 0 where they never fell further behind
     */
    static long untilCurrent(List<Probes.Probe> probes, long eventNanos, long steadyNanos) {
        List<Probes.Probe> after = probes.stream()
                .filter(probe -> probe.seenNanos() - eventNanos > 0)
                .toList();
        long behindFromNanos = after.stream()
                .filter(probe -> probe.latencyNanos() > steadyNanos)
                .mapToLong(probe -> Math.max(0, probe.intendedNanos() + steadyNanos - eventNanos))
                .min()
                .orElse(-1);
        if (behindFromNanos < 0) {
            return 0;
        }
        long current = behindFromNanos;
        for (Probes.Probe probe : after) {
            if (probe.intendedNanos() + steadyNanos - eventNanos > current) {
                break;
            }
            current = Math.max(current, probe.seenNanos() - eventNanos);
        }
        return current;
    }
}

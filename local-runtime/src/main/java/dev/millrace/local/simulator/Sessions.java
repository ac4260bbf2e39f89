package dev.millrace.local.simulator;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which sessions readings make, worked out naively, once all are known. */
final class Sessions {
    private Sessions() {}

    /** A reading's event time, in epoch milliseconds, and its number. */
    record Timed(long timeMillis, long number) {}

    static Map<KeyWindow, List<Long>> of(Map<String, List<Timed>> byKey, long gapMillis) {
        Map<KeyWindow, List<Long>> sessions = new TreeMap<>();
        byKey.forEach((key, all) -> {
            List<Timed> sorted = all.stream()
                    .sorted(Comparator.comparingLong(Timed::timeMillis))
                    .toList();
            List<Long> numbers = new ArrayList<>();
            long start = sorted.get(0).timeMillis;
            long end = start;
            for (Timed timed : sorted) {
                if (!numbers.isEmpty() && timed.timeMillis >= end) {
                    sessions.put(KeyWindow.of(key, start, end), numbers);
                    start = timed.timeMillis;
                    numbers = new ArrayList<>();
                }
                end = timed.timeMillis + gapMillis;
                numbers.add(timed.number);
            }
            sessions.put(KeyWindow.of(key, start, end), numbers);
        });
        return sessions;
    }
}

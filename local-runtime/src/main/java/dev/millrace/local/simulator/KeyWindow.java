package dev.millrace.local.simulator;

import java.util.Comparator;

/** A key and a window of it, in milliseconds since the simulation began. */
record KeyWindow(String key, long start, long end) implements Comparable<KeyWindow> {
    private static final Comparator<KeyWindow> ORDER = Comparator.comparing(KeyWindow::key)
            .thenComparingLong(KeyWindow::start)
            .thenComparingLong(KeyWindow::end);

    /** @param startMillis in epoch milliseconds, as is {@code endMillis} */
    static KeyWindow of(String key, long startMillis, long endMillis) {
        return new KeyWindow(key, startMillis - World.BEGINNING, endMillis - World.BEGINNING);
    }

    @Override
    public int compareTo(KeyWindow other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return key + " " + start + "-" + end;
    }
}

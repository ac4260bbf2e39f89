package dev.millrace.local.compare;

import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** A mode's results are not what a plain count of its input gives: something is lost or doubled. */
final class WrongResultsException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int SHOWN = 5;

    private WrongResultsException(String message) {
        super(message);
    }

    /** @throws WrongResultsException if the two differ: the message says in which keys */
    static void check(ComparedMode mode, Map<String, Long> expected, Map<String, Long> found) {
        TreeSet<String> keys = new TreeSet<>(expected.keySet());
        keys.addAll(found.keySet());
        Map<String, String> wrong = new TreeMap<>();
        for (String key : keys) {
            long should = expected.getOrDefault(key, 0L);
            long is = found.getOrDefault(key, 0L);
            if (should != is) {
                wrong.put(key, is + " instead of " + should);
            }
        }
        if (!wrong.isEmpty()) {
            throw new WrongResultsException("the results of " + mode + " are wrong for " + wrong.size() + " of "
                    + keys.size() + " keys, such as "
                    + String.join(
                            ", ",
                            wrong.entrySet().stream()
                                    .limit(SHOWN)
                                    .map(entry -> "'" + entry.getKey() + "': " + entry.getValue())
                                    .toList()));
        }
    }
}

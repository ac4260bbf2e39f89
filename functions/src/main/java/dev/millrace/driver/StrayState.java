package dev.millrace.driver;

import dev.millrace.state.LogName;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says which state was found in a log whose operators its stage does not have: of operators that were renamed or removed. It is kept,
 * so that a version of the pipeline that has them goes on with it.
 */
final class StrayState {
    private static final Logger LOG = LoggerFactory.getLogger(StrayState.class);
    /** A pipeline whose operators are all renamed with each deployment would fill the log. */
    private static final int MOST_NAMED = 10;

    private StrayState() {}

    /** @param keys for each such operator the number of its keys */
    static void report(LogName log, SortedMap<String, Integer> keys) {
        if (!keys.isEmpty()) {
            LOG.warn("{}", message(log, keys));
        }
    }

    static String message(LogName log, SortedMap<String, Integer> keys) {
        String named = keys.entrySet().stream()
                .limit(MOST_NAMED)
                .map(StrayState::named)
                .collect(Collectors.joining(", "));
        int more = keys.size() - MOST_NAMED;
        return "The state log of " + log + " has state of operators that the pipeline does not have: " + named
                + (more > 0 ? " and " + more + " more" : "")
                + ". It is kept, and nothing comes of it, until the pipeline has operators of these names again."
                + " If they were renamed, name them as before with named(...)";
    }

    private static String named(Map.Entry<String, Integer> operator) {
        return "'" + operator.getKey() + "' (keys: " + operator.getValue() + ")";
    }
}

package dev.millrace.local.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Holds what has come of a simulation against the truth, as readers see it that drop what they have seen. */
final class Verdict {
    private static final Pattern LETTER =
            Pattern.compile("\"reason\":\"([^\"]+)\".*\"sequence_number\":\"?(\\w+)\"?,", Pattern.DOTALL);

    /** Says that a row is left over from a session that has grown at its start. */
    private static final String RETRACTED = "millrace_retracted";

    private final World world;
    private final Scenario scenario;
    private final Truth truth;

    Verdict(World world, Scenario scenario, Truth truth) {
        this.world = world;
        this.scenario = scenario;
        this.truth = truth;
    }

    void check(RowTables rows, AppendedIds appended) {
        same("rows of table '" + SimulatedPipeline.ROWS + "'", truth.results(), values(rows, SimulatedPipeline.ROWS));
        rows.rows().forEach((key, row) -> {
            AttributeValue isFinal = row.get("final");
            if (isFinal != null && !isFinal.bool()) {
                throw world.violated("Row " + key + " was left with an interim result: " + row);
            }
        });
        same(
                "rows of table '" + SimulatedPipeline.TOTALS + "'",
                truth.totals(),
                values(rows, SimulatedPipeline.TOTALS));
        same(
                "final results in stream '" + SimulatedPipeline.RESULTS + "'",
                truth.results(),
                finals(appended.of(SimulatedPipeline.RESULTS)));
        same("dead letters", truth.letters(), letters(appended.of(SimulatedPipeline.LETTERS)));
    }

    private void same(String what, Object expected, Object actual) {
        if (!expected.equals(actual)) {
            throw world.violated(
                    "The " + what + " are not what they should be.\n  expected " + expected + "\n  actual   " + actual);
        }
    }

    private static Map<String, Long> values(RowTables rows, String table) {
        Map<String, Long> values = new TreeMap<>();
        rows.rows().forEach((key, row) -> {
            if (key.startsWith(table + " ") && !row.containsKey(RETRACTED)) {
                AttributeValue window = row.get("window");
                String name = StateTable.text(row, "key") + (window == null ? "" : " " + window.s());
                values.put(name, StateTable.number(row, "value"));
            }
        });
        return values;
    }

    /** The final result of each key and window: one, unless lateness is allowed; then the largest, since counts grow. */
    private Map<String, Long> finals(Map<String, String> contents) {
        Map<String, Long> finals = new TreeMap<>();
        for (String content : contents.values()) {
            if (content.endsWith(" final")) {
                int equals = content.indexOf('=');
                String window = content.substring(0, equals);
                long value = Long.parseLong(content.substring(equals + 1, content.length() - " final".length()));
                Long before = finals.merge(window, value, Math::max);
                if (scenario.latenessMillis() == 0
                        && contents.values().stream().filter(content::equals).count() > 1) {
                    throw world.violated("Two final results were sent for " + window + ", of " + before
                            + ": one under each of two ids");
                }
            }
        }
        return finals;
    }

    private List<String> letters(Map<String, String> contents) {
        List<String> letters = new ArrayList<>();
        for (String content : contents.values()) {
            Matcher matcher = LETTER.matcher(content);
            letters.add(matcher.find() ? matcher.group(1) + " " + matcher.group(2) : content);
        }
        return letters.stream().sorted().toList();
    }
}

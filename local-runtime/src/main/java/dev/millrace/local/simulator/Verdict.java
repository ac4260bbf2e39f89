package dev.millrace.local.simulator;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Holds what has come of a simulation against the truth, as readers see it that drop what they have seen. */
final class Verdict {
    private static final Pattern LETTER = Pattern.compile(
            "\"reason\":\"([^\"]+)\".*\"sequence_number\":\"?(\\w+)\"?,\"sub_sequence_number\":(\\d+),",
            Pattern.DOTALL);

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
        Map<String, String> results = truth.results();
        rows(SimulatedPipeline.ROWS, results, rows);
        rows.rows().forEach((key, row) -> {
            AttributeValue isFinal = row.get("final");
            if (isFinal != null && !isFinal.bool()) {
                throw world.violated("Row " + key + " was left with an interim result: " + row);
            }
        });
        rows(SimulatedPipeline.TOTALS, truth.totals(), rows);
        rows(SimulatedPipeline.LATE_TOTALS, truth.lateTotals(), rows);
        Map<String, String> sent = appended.of(SimulatedPipeline.RESULTS);
        same("final results in stream '" + SimulatedPipeline.RESULTS + "'", results, finals(sent));
        interims(sent);
        same(
                "records in stream '" + SimulatedPipeline.LATE + "'",
                truth.late(),
                appended.of(SimulatedPipeline.LATE).values().stream().sorted().toList());
        same("dead letters", truth.letters(), letters(appended.of(SimulatedPipeline.LETTERS)));
    }

    private void rows(String table, Map<String, String> expected, RowTables rows) {
        Map<String, String> values = new TreeMap<>();
        rows.rows().forEach((key, row) -> {
            if (key.startsWith(table + " ") && !row.containsKey(RETRACTED)) {
                AttributeValue window = row.get("window");
                String name = StateTable.text(row, "key") + (window == null ? "" : " " + window.s());
                values.put(name, StateTable.text(row, "value"));
            }
        });
        same("rows of table '" + table + "'", expected, values);
    }

    private void same(String what, Object expected, Object actual) {
        if (!expected.equals(actual)) {
            throw world.violated(
                    "The " + what + " are not what they should be.\n  expected " + expected + "\n  actual   " + actual);
        }
    }

    /** The last final result of each key and window: the only one, unless lateness is allowed. */
    private Map<String, String> finals(Map<String, String> contents) {
        Map<String, String> finals = new TreeMap<>();
        Map<String, AppendedIds.Order> orders = new HashMap<>();
        contents.forEach((id, content) -> {
            if (content.endsWith(AppendedIds.FINAL)) {
                int equals = content.indexOf('=');
                String window = content.substring(0, equals);
                String value = content.substring(equals + 1, content.length() - AppendedIds.FINAL.length());
                AppendedIds.Order order = AppendedIds.Order.of(id);
                AppendedIds.@Nullable Order before = orders.get(window);
                if (before != null && scenario.latenessMillis() == 0) {
                    throw world.violated("Two final results were sent for " + window + ", under two ids: "
                            + finals.get(window) + " and " + value);
                }
                if (before == null || before.compareTo(order) < 0) {
                    orders.put(window, order);
                    finals.put(window, value);
                }
            }
        });
        return finals;
    }

    /** What was sent before windows closed must come of some of their readings, and of no others. */
    private void interims(Map<String, String> contents) {
        Map<String, List<Long>> known = new HashMap<>();
        boolean isSession = scenario.shape() == PipelineShape.sessions;
        truth.windows()
                .forEach((window, numbers) -> known.computeIfAbsent(
                                isSession ? window.key() : window.toString(), absent -> new ArrayList<>())
                        .addAll(numbers));
        for (String content : contents.values()) {
            if (content.endsWith(AppendedIds.INTERIM)) {
                int equals = content.indexOf('=');
                String window = content.substring(0, isSession ? content.indexOf(' ') : equals);
                String value = content.substring(equals + 1, content.length() - AppendedIds.INTERIM.length());
                List<Long> numbers = known.get(window);
                if (numbers == null || !scenario.fold().mayComeBefore(value, numbers)) {
                    throw world.violated("The interim result " + content + " comes of no readings of " + window
                            + ", whose numbers are " + numbers);
                }
            }
        }
    }

    private List<String> letters(Map<String, String> contents) {
        List<String> letters = new ArrayList<>();
        for (String content : contents.values()) {
            Matcher matcher = LETTER.matcher(content);
            letters.add(matcher.find() ? matcher.group(1) + " " + matcher.group(2) + "/" + matcher.group(3) : content);
        }
        return letters.stream().sorted().toList();
    }
}

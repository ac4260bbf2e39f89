package dev.millrace.local.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Figures as people read them: a row for each thing measured, with the modes beside each other. */
public final class FigureTable {
    private static final String NONE = "-";

    private final List<String> modes =
            Stream.of(ComparedMode.values()).map(ComparedMode::toString).toList();
    private final List<List<String>> rows = new ArrayList<>();

    private record Thing(String aspect, String load, String metric, String unit) {}

    public FigureTable(List<Figure> figures) {
        Map<Thing, Map<String, Double>> byThing = new LinkedHashMap<>();
        figures.forEach(figure -> byThing.computeIfAbsent(
                        new Thing(figure.aspect(), figure.load(), figure.metric(), figure.unit()),
                        thing -> new LinkedHashMap<>())
                .put(figure.mode(), figure.value()));
        for (Thing thing : inOrder(byThing.keySet())) {
            List<String> row = new ArrayList<>(List.of(thing.aspect(), thing.load(), thing.metric()));
            for (String mode : modes) {
                Double value = byThing.getOrDefault(thing, Map.of()).get(mode);
                row.add(value == null ? NONE : number(value));
            }
            row.add(thing.unit());
            rows.add(row);
        }
    }

    /** What is measured under the same load stands together, in the order in which it came first. */
    private static List<Thing> inOrder(Set<Thing> things) {
        Map<String, Set<Thing>> byLoad = new LinkedHashMap<>();
        things.forEach(
                thing -> byLoad.computeIfAbsent(thing.aspect() + '\n' + thing.load(), load -> new LinkedHashSet<>())
                        .add(thing));
        return byLoad.values().stream().flatMap(Set::stream).toList();
    }

    /** To at most four digits. */
    static String number(double value) {
        double rounded = Figure.rounded(value);
        double size = Math.abs(rounded);
        int decimals = size >= 1_000 || rounded == Math.rint(rounded) ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 3;
        return String.format(Locale.ROOT, "%,." + decimals + "f", rounded);
    }

    /** For a terminal: what would repeat what is above it is left out. */
    public String text() {
        List<String> head = head();
        List<Integer> widths = new ArrayList<>();
        for (int column = 0; column < head.size(); column++) {
            int at = column;
            widths.add(Stream.concat(Stream.of(head), rows.stream())
                    .mapToInt(row -> row.get(at).length())
                    .max()
                    .orElse(0));
        }
        StringBuilder text = new StringBuilder();
        line(text, head, widths);
        String aspect = "";
        String load = "";
        for (List<String> row : rows) {
            boolean isSameAspect = row.get(0).equals(aspect);
            boolean isSameLoad = isSameAspect && row.get(1).equals(load);
            aspect = row.get(0);
            load = row.get(1);
            if (!isSameAspect) {
                text.append('\n');
            }
            List<String> shown = new ArrayList<>(row);
            shown.set(0, isSameAspect ? "" : aspect);
            shown.set(1, isSameLoad ? "" : load);
            line(text, shown, widths);
        }
        return text.toString();
    }

    private void line(StringBuilder text, List<String> cells, List<Integer> widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < cells.size(); column++) {
            String padding = " ".repeat(widths.get(column) - cells.get(column).length());
            line.append(isNumber(column) ? padding + cells.get(column) : cells.get(column) + padding)
                    .append("  ");
        }
        text.append(line.toString().stripTrailing()).append('\n');
    }

    /** For a page. */
    public String markdown() {
        StringBuilder text = new StringBuilder();
        row(text, head());
        text.append("|---|---|---|---:|---:|---|\n");
        rows.forEach(row -> row(text, row));
        return text.toString();
    }

    private static void row(StringBuilder text, List<String> cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    private List<String> head() {
        List<String> head = new ArrayList<>(List.of("aspect", "load", "metric"));
        head.addAll(modes);
        head.add("unit");
        return head;
    }

    private boolean isNumber(int column) {
        return column >= 3 && column < 3 + modes.size();
    }
}

package dev.millrace.local.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.local.simulator.Fault;
import dev.millrace.local.simulator.PipelineShape;
import dev.millrace.local.simulator.Profile;
import dev.millrace.local.simulator.Simulator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What {@code millrace simulate} says in the end.
 *
 * @param firstSeed the first of the seeds
 * @param shape the only kind of pipeline, or null where there were all
 * @param profile what all did much of, or null where each chose
 * @param isStandard whether there were seeds enough for every fault to happen
 */
record SimulateReport(
        Simulator.Report report,
        long firstSeed,
        @Nullable PipelineShape shape,
        @Nullable Profile profile,
        double seconds,
        boolean isStandard) {

    /** Nothing was violated, and every fault that should have happened has. */
    boolean isGood() {
        return report.violations().isEmpty() && !lacksFaults();
    }

    /** Pipelines and profiles of one kind do not come by all faults. */
    private boolean lacksFaults() {
        return isStandard
                && shape == null
                && profile == null
                && report.violations().isEmpty()
                && !report.missing().isEmpty();
    }

    String toText() {
        StringBuilder text = new StringBuilder();
        line(
                text,
                "Ran pipelines over services that fail, with seeds %d to %d: %.1f s, %.0f seeds/s.",
                firstSeed,
                firstSeed + report.seeds() - 1,
                seconds,
                report.seeds() / Math.max(seconds, 0.001));
        for (Simulator.Finding finding : report.violations()) {
            line(text, "%nViolated, with seed %d in step %d: %s", finding.seed(), finding.step(), finding.message());
            line(text, "%s", finding.pipeline());
            line(text, "See it again, step by step: %s%n", replay(finding));
        }
        if (report.violations().isEmpty()) {
            line(text, "All final results, rows and dead letters were those of a naive count of the same records.");
        }
        List<Fault> missing = report.missing();
        if (!missing.isEmpty()) {
            line(text, "Never happened%s: %s.", lacksFaults() ? ", though it should have" : "", missing);
        }
        int faults = report.faults().size();
        line(
                text,
                "%d seeds, %d violations, %d of %d faults fired",
                report.seeds(),
                report.violations().size(),
                faults - missing.size(),
                faults);
        return text.toString();
    }

    private static void line(StringBuilder text, String format, Object... arguments) {
        text.append(String.format(Locale.ROOT, format + "%n", arguments));
    }

    private String replay(Simulator.Finding finding) {
        return "./millrace simulate --seed " + finding.seed() + " --seeds 1"
                + (shape == null ? "" : " --pipeline " + shape)
                + (profile == null ? "" : " --profile " + profile) + " --trace";
    }

    String toJson() {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("firstSeed", firstSeed).put("seeds", report.seeds()).put("seconds", seconds);
        ArrayNode violations = root.putArray("violations");
        for (Simulator.Finding finding : report.violations()) {
            violations
                    .addObject()
                    .put("seed", finding.seed())
                    .put("step", finding.step())
                    .put("message", finding.message())
                    .put("pipeline", finding.pipeline())
                    .put("replay", replay(finding));
        }
        ObjectNode faults = root.putObject("faults");
        report.faults().forEach((fault, times) -> faults.put(fault.name(), times));
        return root.toPrettyString() + System.lineSeparator();
    }
}

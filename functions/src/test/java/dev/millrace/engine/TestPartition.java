package dev.millrace.engine;

import dev.millrace.Pipeline;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What a partition's log has taken, whichever environment has committed it. */
final class TestPartition {
    final Pipeline pipeline;
    final Limits limits;
    private final List<Changes> entries = new ArrayList<>();

    TestPartition(Pipeline pipeline, Limits limits) {
        this.pipeline = pipeline;
        this.limits = limits;
    }

    List<Changes> entries() {
        return entries;
    }

    Progress progress() {
        return entries.isEmpty()
                ? Progress.NONE
                : entries.get(entries.size() - 1).progress();
    }

    /** The payloads of the outputs committed for a sink, as text, in order. */
    List<String> outputs(String sink) {
        return entries.stream()
                .flatMap(entry -> entry.outbox().stream())
                .filter(output -> output.sink().equals(sink))
                .map(output -> new String(output.payload(), StandardCharsets.UTF_8))
                .toList();
    }
}

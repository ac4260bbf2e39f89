package dev.millrace.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.engine.Fingerprint;
import dev.millrace.engine.Position;
import dev.millrace.engine.Progress;
import dev.millrace.engine.StateView;
import dev.millrace.plan.Plan;
import dev.millrace.plan.Stage;
import dev.millrace.state.Entry;
import dev.millrace.state.LogContents;
import dev.millrace.state.LogName;
import dev.millrace.state.StateLogReader;
import dev.millrace.state.StateLogStore;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is known of a pipeline's state, stage by stage and shard by shard: gathered as JSON, which the text is made of, too. */
final class StateReport {
    private static final int LARGEST_KEYS = 5;
    private static final int MAX_KEY_CHARS = 60;

    private final Plan plan;
    private final @Nullable String key;
    private final ObjectNode root = JsonNodeFactory.instance.objectNode();
    private final ArrayNode shards;
    private boolean complete = true;

    /** @param key the key whose results are wanted, or null for none */
    StateReport(Plan plan, @Nullable String key) {
        this.plan = plan;
        this.key = key;
        root.put("pipeline", plan.pipeline().name());
        root.put("state_table", plan.stateTable());
        shards = root.putArray("shards");
    }

    /** Whether all that there is could be read. */
    boolean isComplete() {
        return complete;
    }

    void unreadable(Stage stage, String shard, String message) {
        complete = false;
        shard(stage, shard).put("error", message);
    }

    void read(StateLogStore store, Stage stage, String shard) {
        LogName name = new LogName(plan.pipeline().name(), stage.name(), shard);
        Optional<LogContents> contents = StateLogReader.read(store, name);
        ObjectNode node = shard(stage, shard);
        contents.ifPresent(there -> add(node, stage, there));
    }

    private ObjectNode shard(Stage stage, String shard) {
        return shards.addObject().put("stage", stage.name()).put("shard", shard);
    }

    private void add(ObjectNode node, Stage stage, LogContents contents) {
        ObjectNode header = node.putObject("header");
        header.put("epoch", contents.header().epoch());
        header.put("format_version", contents.header().formatVersion());
        header.put("ring_slots", contents.header().ringSlots());
        header.put("buckets", contents.header().buckets());
        header.put("start_number", contents.header().startNumber());
        node.put("fingerprint", Fingerprint.of(contents.state()));
        Progress progress = contents.progress();
        Position position = progress.position();
        if (position != null) {
            node.putObject("position")
                    .put("sequence_number", position.sequenceNumber())
                    .put("sub_sequence_number", position.subSequenceNumber())
                    .put("arrival", time(progress.arrivalMillis()));
        }
        node.put("watermark", time(progress.watermark()));
        Entry tip = contents.tipEntry();
        if (tip != null) {
            node.putObject("tip")
                    .put("number", tip.number())
                    .put("kind", tip.kind().name().toLowerCase(Locale.ROOT))
                    .put("outputs", tip.outbox().size());
        }
        node.put("tail_entries", contents.tailEntries());
        node.put(
                "buckets_written",
                contents.stamps().stream()
                        .filter(stamp -> stamp.stamp() > contents.header().startNumber())
                        .count());
        addState(node, stage, new StateView(plan.pipeline(), contents.state(), progress.watermark()));
    }

    private void addState(ObjectNode node, Stage stage, StateView view) {
        List<StateView.KeySize> keys = view.keys();
        ArrayNode operators = node.putArray("operators");
        Map<String, List<StateView.KeySize>> byOperator = keys.stream()
                .collect(Collectors.groupingBy(StateView.KeySize::operator, TreeMap::new, Collectors.toList()));
        byOperator.forEach((operator, ofOperator) -> operators
                .addObject()
                .put("operator", operator)
                .put("keys", ofOperator.size())
                .put(
                        "cells",
                        ofOperator.stream().mapToInt(StateView.KeySize::cells).sum())
                .put(
                        "bytes",
                        ofOperator.stream().mapToLong(StateView.KeySize::bytes).sum())
                .put("in_pipeline", stage.operators().contains(operator)));
        ArrayNode largest = node.putArray("largest_keys");
        keys.stream()
                .sorted(Comparator.comparingLong(StateView.KeySize::bytes)
                        .reversed()
                        .thenComparing(StateView.KeySize::operator)
                        .thenComparing(StateView.KeySize::key))
                .limit(LARGEST_KEYS)
                .forEach(size -> largest.addObject()
                        .put("operator", size.operator())
                        .put("key", size.key())
                        .put("cells", size.cells())
                        .put("bytes", size.bytes()));
        if (key != null) {
            addResults(node.putArray("results"), view, key);
        }
    }

    private static void addResults(ArrayNode node, StateView view, String key) {
        List<StateView.CurrentResult> results;
        try {
            results = view.results(key);
        } catch (RuntimeException e) {
            throw new CommandFailure(
                    "the state of key '" + key + "' cannot be decoded by the pipeline's codecs: " + e
                            + ". Was it written by another version of the pipeline?",
                    e);
        }
        for (StateView.CurrentResult result : results) {
            ObjectNode one = node.addObject().put("operator", result.operator());
            if (result.endMillis() != Progress.NO_TIME) {
                one.put("window_start", time(result.startMillis()));
                one.put("window_end", time(result.endMillis()));
            }
            one.put("value", String.valueOf(result.value()));
        }
    }

    private static @Nullable String time(long millis) {
        return millis == Progress.NO_TIME ? null : Instant.ofEpochMilli(millis).toString();
    }

    String json() {
        return root.toPrettyString().replace("\r\n", "\n") + "\n";
    }

    String text() {
        StringBuilder text =
                new StringBuilder("pipeline " + plan.pipeline().name() + ", state table " + plan.stateTable() + "\n");
        for (Stage stage : plan.stages()) {
            text.append("\nstage ")
                    .append(stage.name())
                    .append(", stream ")
                    .append(stage.inputStream())
                    .append('\n');
            shards.forEach(shard -> {
                if (shard.path("stage").asText().equals(stage.name())) {
                    addText(text, shard);
                }
            });
        }
        return text.toString();
    }

    private void addText(StringBuilder text, JsonNode shard) {
        text.append("\nshard ").append(shard.path("shard").asText()).append('\n');
        if (shard.has("error")) {
            line(text, "unreadable", shard.path("error").asText());
            return;
        }
        if (!shard.has("header")) {
            line(text, "log", "none yet");
            return;
        }
        JsonNode header = shard.path("header");
        line(
                text,
                "log",
                "epoch " + header.path("epoch").asText() + ", format "
                        + header.path("format_version").asText() + ", ring of "
                        + header.path("ring_slots").asText() + " slots, "
                        + header.path("buckets").asText() + " buckets, from entry "
                        + header.path("start_number").asText());
        JsonNode position = shard.path("position");
        line(
                text,
                "position",
                position.isMissingNode()
                        ? "none yet"
                        : position.path("sequence_number").asText() + ", sub-sequence "
                                + position.path("sub_sequence_number").asText() + ", arrived "
                                + position.path("arrival").asText());
        line(
                text,
                "watermark",
                shard.path("watermark").isNull()
                        ? "none yet"
                        : shard.path("watermark").asText());
        JsonNode tip = shard.path("tip");
        line(
                text,
                "tip",
                tip.isMissingNode()
                        ? "none yet"
                        : "entry " + tip.path("number").asText() + ", "
                                + tip.path("kind").asText() + ", outputs "
                                + tip.path("outputs").asText() + ", tail "
                                + shard.path("tail_entries").asText());
        line(text, "buckets", shard.path("buckets_written").asText() + " written");
        line(
                text,
                "of",
                shard.path("fingerprint").isNull()
                        ? "none yet"
                        : "a pipeline of fingerprint "
                                + shard.path("fingerprint").asText());
        shard.path("operators")
                .forEach(node -> line(
                        text,
                        "state",
                        node.path("operator").asText() + ": keys "
                                + node.path("keys").asText() + sizes(node)
                                + (node.path("in_pipeline").asBoolean()
                                        ? ""
                                        : "; the pipeline has no operator of this name, so nothing comes of it")));
        shard.path("largest_keys")
                .forEach(node -> line(
                        text,
                        "large key",
                        node.path("operator").asText() + " '"
                                + shown(node.path("key").asText()) + "':"
                                + sizes(node).substring(1)));
        shard.path("results")
                .forEach(node -> line(
                        text,
                        "result",
                        node.path("operator").asText() + " '" + shown(String.valueOf(key)) + "' "
                                + (node.has("window_start")
                                        ? node.path("window_start").asText() + " to "
                                                + node.path("window_end").asText() + ": "
                                        : "")
                                + node.path("value").asText()));
    }

    private static String sizes(JsonNode node) {
        return ", cells " + node.path("cells").asText() + ", bytes "
                + node.path("bytes").asText();
    }

    private static void line(StringBuilder text, String what, String value) {
        text.append(String.format(Locale.ROOT, "  %-10s  %s%n", what, value).replace("\r\n", "\n"));
    }

    /** Keys may be long, or no text at all. */
    private static String shown(String text) {
        String printable = text.replaceAll("\\p{Cntrl}", "\ufffd");
        return printable.length() <= MAX_KEY_CHARS ? printable : printable.substring(0, MAX_KEY_CHARS) + "...";
    }
}

package dev.millrace.local.view;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.engine.Output;
import dev.millrace.engine.Progress;
import dev.millrace.engine.Reason;
import dev.millrace.local.view.PartitionState.OpenWindow;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** All that the page shows, as one JSON object; made at most a few times a second, however many ask. */
final class ViewJson {
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int MOST_PARTITIONS = 200;
    private static final int MOST_WINDOWS = 50;
    private static final int MOST_TEXT = 500;
    private static final JsonMapper MAPPER = new JsonMapper();

    private final PipelineWatch watch;
    private final LiveView.About about;
    private final TopologyJson topology;
    private final OutputsJson outputs;
    private long madeNanos;
    private byte @Nullable [] made;

    ViewJson(PipelineWatch watch, LiveView.About about) {
        this.watch = watch;
        this.about = about;
        this.topology = new TopologyJson(watch);
        this.outputs = new OutputsJson(watch);
    }

    synchronized byte[] bytes() {
        watch.asked();
        byte[] known = made;
        if (known != null && System.nanoTime() - madeNanos < FRESH_NANOS) {
            return known;
        }
        try {
            byte[] bytes = MAPPER.writeValueAsBytes(json());
            made = bytes;
            madeNanos = System.nanoTime();
            return bytes;
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ObjectNode json() {
        long now = watch.clock().millis();
        ObjectNode root = MAPPER.createObjectNode();
        root.put("pipeline", watch.plan().pipeline().name());
        root.put("mode", about.mode());
        root.put("source", about.source());
        root.put("sees_partitions", about.seesPartitions());
        root.put("time", time(now));
        root.put("started", time(watch.startMillis()));
        root.set("topology", topology.json(now));
        ArrayNode stages = root.putArray("stages");
        watch.stages().forEach(stage -> addStage(stages.addObject(), stage, now));
        root.set("sinks", outputs.sinks());
        root.set("dead_letters", outputs.deadLetters());
        return root;
    }

    private void addStage(ObjectNode node, StageWatch stage, long now) {
        node.put("name", stage.stage().name());
        put(node, "records", stage.records());
        if (!stage.stage().readsSource()) {
            addParts(node, stage);
        }
        put(node, "commits", stage.commits());
        put(node, "write_units", stage.writeUnits());
        put(node, "read_units", stage.readUnits());
        node.put("fenced_commits", (long) stage.sum(PartitionState::fenced));
        node.put("failures", stage.failures());
        addLatency(node, "record_latency", stage.recordMicros());
        addLatency(node, "batch_latency", stage.batchMicros());
        addLatency(node, "exchange_latency", stage.sendingMicros());
        Distribution.Percentiles sizes = stage.batchRecords().percentiles();
        if (sizes.count() > 0) {
            node.putObject("batch_records")
                    .put("p50", sizes.p50())
                    .put("p99", sizes.p99())
                    .put("max", sizes.max());
        }
        Map<String, Long> passedOver = new TreeMap<>();
        ArrayNode partitions = node.putArray("partitions");
        List<OpenWindow> windows = new ArrayList<>();
        stage.partitions().forEach((shardId, partition) -> {
            PartitionState state = partition.state();
            if (partitions.size() < MOST_PARTITIONS) {
                addPartition(partitions.addObject(), stage, shardId, state, now);
            }
            if (state != null) {
                windows.addAll(state.windows());
                state.passedOver()
                        .forEach((Reason reason, Long count) -> passedOver.merge(reason.text(), count, Long::sum));
            }
        });
        node.put("partitions_in_all", stage.partitions().size());
        ObjectNode reasons = node.putObject("passed_over");
        passedOver.forEach(reasons::put);
        addWindows(node.putArray("windows"), windows);
    }

    /** What other stages have sent to it, whichever way. */
    private void addParts(ObjectNode node, StageWatch stage) {
        List<Rate> sent = watch.stages().stream()
                .filter(other ->
                        stage.stage().upstreams().contains(other.stage().name()))
                .map(other -> other.sink(Output.EXCHANGE + stage.stage().name()).rate())
                .toList();
        node.put("parts", (long) sent.stream().mapToDouble(Rate::total).sum());
        node.put("parts_per_second", sent.stream().mapToDouble(Rate::perSecond).sum());
    }

    private static void put(ObjectNode node, String name, Rate rate) {
        double total = rate.total();
        if (total == Math.rint(total)) {
            node.put(name, (long) total);
        } else {
            node.put(name, total);
        }
        node.put(name + "_per_second", rate.perSecond());
    }

    /** In milliseconds. Left out where there is no value. */
    private static void addLatency(ObjectNode stage, String name, Distribution micros) {
        Distribution.Percentiles known = micros.percentiles();
        if (known.count() == 0) {
            return;
        }
        stage.putObject(name)
                .put("p50_ms", known.p50() / 1e3)
                .put("p99_ms", known.p99() / 1e3)
                .put("max_ms", known.max() / 1e3)
                .put("count", known.count())
                .put("recent", known.isRecent());
    }

    private static void addPartition(
            ObjectNode node, StageWatch stage, String shardId, @Nullable PartitionState state, long now) {
        node.put("shard", shardId);
        ShardReads reads = stage.knownReads(shardId);
        if (reads != null) {
            node.put("records", reads.done());
            node.put("lag_ms", reads.lagMillis(now));
        }
        if (state == null) {
            return;
        }
        node.put("watermark", time(state.watermarkMillis()));
        boolean waits = state.eventTimeMillis() != Progress.NO_TIME && !state.isAtRest();
        node.put("watermark_lag_ms", waits ? Math.max(0, now - state.eventTimeMillis()) : null);
        node.put("at_rest", state.isAtRest());
        node.put("sealed", state.isSealed());
        node.put("entries", state.tip());
        node.put("keys", state.keys());
        node.put("state_bytes", state.stateBytes());
    }

    private static void addWindows(ArrayNode node, List<OpenWindow> windows) {
        windows.sort(Comparator.comparing((OpenWindow window) -> window.result().operator())
                .thenComparing(window -> window.result().startMillis())
                .thenComparing(OpenWindow::key));
        for (OpenWindow window : windows.subList(0, Math.min(MOST_WINDOWS, windows.size()))) {
            node.addObject()
                    .put("operator", window.result().operator())
                    .put("key", shortened(window.key()))
                    .put("start", time(window.result().startMillis()))
                    .put("end", time(window.result().endMillis()))
                    .put("value", shortened(String.valueOf(window.result().value())));
        }
    }

    static String shortened(String text) {
        return text.length() <= MOST_TEXT ? text : text.substring(0, MOST_TEXT) + "…";
    }

    static @Nullable String time(long millis) {
        if (millis == Progress.NO_TIME) {
            return null;
        }
        try {
            return Instant.ofEpochMilli(millis).toString();
        } catch (DateTimeException e) {
            return String.valueOf(millis);
        }
    }

    static SinkWatch deadLetters(StageWatch stage) {
        return stage.sink(Output.DEAD_LETTERS);
    }
}

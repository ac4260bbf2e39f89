package dev.millrace.local.view;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.Sink;
import dev.millrace.Transform;
import dev.millrace.engine.SinkPayloads;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The last rows, records and dead letters that were emitted, made readable when somebody asks. */
final class OutputsJson {
    private static final int MOST_ROWS = 50;
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final JsonFactory JSON = new JsonFactory();
    /** Whole numbers up to it are exact where programs have no others than doubles. */
    private static final long EXACT = 1L << 53;

    private final PipelineWatch watch;

    OutputsJson(PipelineWatch watch) {
        this.watch = watch;
    }

    ArrayNode sinks() {
        ArrayNode sinks = JsonNodeFactory.instance.arrayNode();
        for (StageWatch stage : watch.stages()) {
            for (String name : stage.stage().operators()) {
                if (watch.plan().pipeline().operator(name).transform() instanceof Transform.To to) {
                    SinkWatch sink = stage.sink(name);
                    ObjectNode node = sinks.addObject()
                            .put("name", name)
                            .put("stage", stage.stage().name())
                            .put("kind", TopologyJson.kind(to.sink()))
                            .put("target", to.sink().target())
                            .put("emitted", (long) sink.rate().total())
                            .put("emitted_per_second", sink.rate().perSecond());
                    addRows(node.putArray("rows"), to.sink(), sink.latest());
                }
            }
        }
        return sinks;
    }

    private static void addRows(ArrayNode rows, Sink<Object> sink, List<SinkWatch.Emitted> latest) {
        Set<String> keys = new HashSet<>();
        for (SinkWatch.Emitted emitted : latest) {
            if (rows.size() == MOST_ROWS) {
                return;
            }
            ObjectNode row = JsonNodeFactory.instance.objectNode();
            row.put("emitted", ViewJson.time(emitted.atMillis()));
            row.put("partition", emitted.id().partition());
            ObjectNode values = row.putObject("values");
            String key = addValues(values, sink, emitted);
            // Of several versions of a row the newest counts, as in the table.
            if (keys.add(key)) {
                rows.add(row);
            }
        }
    }

    /** @return what is the same for versions of one row, and different otherwise */
    private static String addValues(ObjectNode values, Sink<Object> sink, SinkWatch.Emitted emitted) {
        if (!emitted.isWhole()) {
            values.put("(too large to show)", emitted.bytes() + " bytes");
            return emitted.id().toString();
        }
        try {
            if (sink instanceof Sink.Table<Object> table) {
                JsonNode row = MAPPER.readTree(emitted.payload());
                row.properties().forEach(field -> values.set(field.getKey(), plain(field.getValue())));
                return row.get(table.key().name())
                        + (table.sortKey() == null
                                ? ""
                                : " " + row.get(table.sortKey().name()));
            }
            if (sink instanceof Sink.Stream<Object>) {
                SinkPayloads.StreamRecord record = SinkPayloads.StreamRecord.decode(emitted.payload());
                values.put("partition key", ViewJson.shortened(record.partitionKey()));
                values.put("data", text(record.data()));
            } else {
                values.put("value", text(emitted.payload()));
            }
        } catch (IOException | IllegalArgumentException e) {
            values.put("(not readable)", String.valueOf(e.getMessage()));
        }
        return emitted.id().toString();
    }

    private static String text(byte[] bytes) {
        return ViewJson.shortened(new String(bytes, StandardCharsets.UTF_8));
    }

    /** An attribute without its type. */
    private static JsonNode plain(JsonNode tagged) {
        String type = tagged.fieldNames().next();
        JsonNode value = tagged.get(type);
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (type) {
            case "N" -> number(value.textValue());
            case "BOOL" -> value;
            case "NULL" -> nodes.nullNode();
            case "M" -> {
                ObjectNode map = nodes.objectNode();
                value.properties().forEach(field -> map.set(field.getKey(), plain(field.getValue())));
                yield map;
            }
            case "L" -> {
                ArrayNode list = nodes.arrayNode();
                value.forEach(element -> list.add(plain(element)));
                yield list;
            }
            default -> nodes.textNode(ViewJson.shortened(value.asText()));
        };
    }

    /** As text where a double would be another number. */
    private static JsonNode number(String text) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        try {
            long whole = Long.parseLong(text);
            return Math.abs(whole) <= EXACT ? nodes.numberNode(whole) : nodes.textNode(text);
        } catch (NumberFormatException e) {
            double value = Double.parseDouble(text);
            return Double.isFinite(value) && String.valueOf(value).length() >= text.length()
                    ? nodes.numberNode(value)
                    : nodes.textNode(text);
        }
    }

    /** Of all stages, the newest first. */
    ObjectNode deadLetters() {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("stream", watch.plan().pipeline().deadLetterStream().orElse(null));
        List<SinkWatch.Emitted> all = new ArrayList<>();
        long count = 0;
        for (StageWatch stage : watch.stages()) {
            SinkWatch letters = ViewJson.deadLetters(stage);
            all.addAll(letters.latest());
            count += (long) letters.rate().total();
        }
        all.sort(Comparator.comparingLong(SinkWatch.Emitted::atMillis).reversed());
        root.put("count", count);
        ArrayNode latest = root.putArray("latest");
        for (SinkWatch.Emitted letter : all.subList(0, Math.min(MOST_ROWS, all.size()))) {
            addLetter(latest.addObject(), letter);
        }
        return root;
    }

    /** What is there of it: of a long one its payload is cut off, which comes last. */
    private static void addLetter(ObjectNode node, SinkWatch.Emitted letter) {
        node.put("emitted", ViewJson.time(letter.atMillis()));
        try (JsonParser parser = JSON.createParser(letter.payload())) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (value == JsonToken.VALUE_NUMBER_INT) {
                    node.put(name, parser.getLongValue());
                } else if (value == JsonToken.VALUE_STRING) {
                    String text = parser.getText();
                    node.put(name, name.equals("payload") ? decoded(text) : text);
                }
            }
        } catch (IOException e) {
            node.put("payload", "(" + letter.bytes() + " bytes, too large to show)");
        }
    }

    private static String decoded(String base64) {
        try {
            return text(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            return ViewJson.shortened(base64);
        }
    }
}

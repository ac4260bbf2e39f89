package dev.millrace.local.simulator;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was appended to streams that only readers read, by id: what comes again under an id must be what it was. */
final class AppendedIds {
    private static final String JSON_ID = "{\"id\":\"";

    private final World world;
    private final Map<String, Map<String, String>> byStream = new LinkedHashMap<>();

    /** @param streams those to watch */
    AppendedIds(World world, List<String> streams) {
        this.world = world;
        streams.forEach(stream -> byStream.put(stream, new LinkedHashMap<>()));
    }

    boolean watches(String stream) {
        return byStream.containsKey(stream);
    }

    /** What a reader has that drops what it has seen, by id. */
    Map<String, String> of(String stream) {
        return byStream.getOrDefault(stream, Map.of());
    }

    void appended(String stream, byte[] data) {
        String text = new String(data, StandardCharsets.UTF_8);
        String id;
        String content;
        if (text.startsWith(JSON_ID)) {
            int end = text.indexOf('"', JSON_ID.length());
            id = text.substring(JSON_ID.length(), end);
            content = text.substring(end);
        } else {
            int end = text.indexOf('\n');
            id = text.substring(0, end);
            content = text.substring(end + 1);
        }
        world.tell(() -> "  " + stream + " has " + id + ": " + content);
        String before = byStream.getOrDefault(stream, new LinkedHashMap<>()).putIfAbsent(id, content);
        if (before != null) {
            world.happened(Fault.APPENDED_AGAIN);
            if (!before.equals(content)) {
                throw world.violated("Id " + id + " of stream " + stream + " has two contents: expected " + before
                        + ", actual " + content);
            }
        }
    }
}

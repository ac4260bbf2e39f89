package dev.millrace.local.simulator;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was appended to streams that only readers read, by id: what comes again under an id must be what it was. */
final class AppendedIds {
    /** How the text of a final result ends. */
    static final String FINAL = " final";
    /** How the text of another one ends. */
    static final String INTERIM = " interim";

    private static final String JSON_ID = "{\"id\":\"";

    private final World world;
    private final boolean isPeriodic;
    private final Map<String, Map<String, String>> byStream = new LinkedHashMap<>();

    /**
     * @param streams those to watch
     * @param isPeriodic whether interim results are sent every so often
     */
    AppendedIds(World world, List<String> streams, boolean isPeriodic) {
        this.world = world;
        this.isPeriodic = isPeriodic;
        streams.forEach(stream -> byStream.put(stream, new LinkedHashMap<>()));
    }

    /** Which of two outputs of a key came later: their entries' numbers, and their places in those. */
    record Order(long number, int index) implements Comparable<Order> {
        static Order of(String id) {
            int slash = id.lastIndexOf('/');
            int before = id.lastIndexOf('/', slash - 1);
            return new Order(
                    Long.parseLong(id.substring(before + 1, slash)), Integer.parseInt(id.substring(slash + 1)));
        }

        @Override
        public int compareTo(Order other) {
            return number != other.number ? Long.compare(number, other.number) : Integer.compare(index, other.index);
        }
    }

    boolean watches(String stream) {
        return byStream.containsKey(stream);
    }

    boolean has(String id) {
        return byStream.values().stream().anyMatch(contents -> contents.containsKey(id));
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
        if (before == null) {
            note(stream, content);
        } else {
            world.happened(Fault.APPENDED_AGAIN);
            if (!before.equals(content)) {
                throw world.violated("Id " + id + " of stream " + stream + " has two contents: expected " + before
                        + ", actual " + content);
            }
        }
    }

    private void note(String stream, String content) {
        if (stream.equals(SimulatedPipeline.LATE)) {
            world.happened(Fault.LATE_RECORD_SENT);
        } else if (isPeriodic && content.endsWith(INTERIM)) {
            world.happened(Fault.PERIODIC_RESULT);
        }
    }
}

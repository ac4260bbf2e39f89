package dev.millrace.local.endpoint;

import dev.millrace.local.kinesis.EmbeddedKinesis;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** Tags, by the name of a stream or by its ARN. */
final class TagActions {
    private final EmbeddedKinesis kinesis;

    TagActions(EmbeddedKinesis kinesis) {
        this.kinesis = kinesis;
    }

    void addTo(Map<String, KinesisFront.Action> actions) {
        actions.put("AddTagsToStream", in -> add(in.stream(), in));
        actions.put("RemoveTagsFromStream", in -> remove(in.stream(), in));
        actions.put("ListTagsForStream", this::list);
        actions.put("TagResource", in -> add(in.streamOfArnIn("ResourceARN"), in));
        actions.put("UntagResource", in -> remove(in.streamOfArnIn("ResourceARN"), in));
        actions.put("ListTagsForResource", this::listForResource);
    }

    private Reply add(String stream, Parameters in) {
        Map<String, String> tags = in.texts("Tags");
        Constraint.size("tags", tags, tags.size(), 1, 50);
        check(tags, 50);
        kinesis.addTags(stream, tags);
        return Reply.EMPTY;
    }

    static void check(Map<String, String> tags, int max) {
        Constraint.size("tags", tags, tags.size(), 0, max);
        tags.forEach((key, value) -> {
            Constraint.length("tags", key, 1, 128);
            Constraint.length("tags", value, 0, 256);
        });
    }

    private Reply remove(String stream, Parameters in) {
        List<String> keys = Constraint.present("tagKeys", in.list("TagKeys"));
        Constraint.size("tagKeys", keys, keys.size(), 1, 50);
        kinesis.removeTags(stream, new HashSet<>(keys));
        return Reply.EMPTY;
    }

    private Reply list(Parameters in) {
        int limit = in.integer("Limit", 50, 1, 50);
        String after = in.text("ExclusiveStartTagKey");
        List<Map.Entry<String, String>> found = kinesis.describe(in.stream()).tags().entrySet().stream()
                .filter(tag -> after == null || tag.getKey().compareTo(after) > 0)
                .toList();
        List<Map.Entry<String, String>> page = found.subList(0, Math.min(limit, found.size()));
        return out -> writeTags(out, page).flag("HasMoreTags", page.size() < found.size());
    }

    private Reply listForResource(Parameters in) {
        Map<String, String> tags =
                kinesis.describe(in.streamOfArnIn("ResourceARN")).tags();
        return out -> writeTags(out, List.copyOf(tags.entrySet()));
    }

    private static WireWriter writeTags(WireWriter out, List<Map.Entry<String, String>> tags) throws IOException {
        return out.objects("Tags", tags, tag -> out.text("Key", tag.getKey()).text("Value", tag.getValue()));
    }
}

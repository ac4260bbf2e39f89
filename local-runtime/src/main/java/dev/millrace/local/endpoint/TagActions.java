package dev.millrace.local.endpoint;

import dev.millrace.local.kinesis.EmbeddedKinesis;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tags: of streams, by name or ARN, and of consumers, by ARN. */
final class TagActions {
    private final EmbeddedKinesis kinesis;

    TagActions(EmbeddedKinesis kinesis) {
        this.kinesis = kinesis;
    }

    void addTo(Map<String, KinesisFront.Action> actions) {
        actions.put("AddTagsToStream", in -> add(in.stream(), in));
        actions.put("RemoveTagsFromStream", in -> remove(in.stream(), in));
        actions.put("ListTagsForStream", this::list);
        actions.put("TagResource", this::tagResource);
        actions.put("UntagResource", this::untagResource);
        actions.put("ListTagsForResource", this::listForResource);
    }

    private Reply add(String stream, Parameters in) {
        kinesis.addTags(stream, added(in));
        return Reply.EMPTY;
    }

    private Reply tagResource(Parameters in) {
        ConsumerArn consumer = consumer(in);
        if (consumer == null) {
            return add(in.streamOfArnIn("ResourceARN"), in);
        }
        kinesis.consumers().addTags(consumer.stream(), consumer.consumer(), added(in));
        return Reply.EMPTY;
    }

    /** The consumer that ResourceARN says, if it is one's. */
    private @Nullable ConsumerArn consumer(Parameters in) {
        String arn = in.requiredText("ResourceARN");
        if (!ConsumerArn.isOne(arn)) {
            return null;
        }
        ConsumerArn consumer = ConsumerArn.parse("resourceARN", arn);
        ConsumerActions.require(kinesis, consumer);
        return consumer;
    }

    private static Map<String, String> added(Parameters in) {
        Map<String, String> tags = in.texts("Tags");
        Constraint.size("tags", tags, tags.size(), 1, 50);
        check(tags, 50);
        return tags;
    }

    static void check(Map<String, String> tags, int max) {
        Constraint.size("tags", tags, tags.size(), 0, max);
        tags.forEach((key, value) -> {
            Constraint.length("tags", key, 1, 128);
            Constraint.length("tags", value, 0, 256);
        });
    }

    private Reply remove(String stream, Parameters in) {
        kinesis.removeTags(stream, removed(in));
        return Reply.EMPTY;
    }

    private Reply untagResource(Parameters in) {
        ConsumerArn consumer = consumer(in);
        if (consumer == null) {
            return remove(in.streamOfArnIn("ResourceARN"), in);
        }
        kinesis.consumers().removeTags(consumer.stream(), consumer.consumer(), removed(in));
        return Reply.EMPTY;
    }

    private static Set<String> removed(Parameters in) {
        List<String> keys = Constraint.present("tagKeys", in.list("TagKeys"));
        Constraint.size("tagKeys", keys, keys.size(), 1, 50);
        return new HashSet<>(keys);
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
        ConsumerArn consumer = consumer(in);
        Map<String, String> tags = consumer == null
                ? kinesis.describe(in.streamOfArnIn("ResourceARN")).tags()
                : ConsumerActions.require(kinesis, consumer).tags();
        return out -> writeTags(out, List.copyOf(tags.entrySet()));
    }

    private static WireWriter writeTags(WireWriter out, List<Map.Entry<String, String>> tags) throws IOException {
        return out.objects("Tags", tags, tag -> out.text("Key", tag.getKey()).text("Value", tag.getValue()));
    }
}

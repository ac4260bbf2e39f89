package dev.millrace.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Gathers what a stage's function must be allowed to do, and no more. */
final class Permissions {
    /** What the event source mapping does on behalf of the function, and what a tick needs to prove a shard idle. */
    private static final List<String> READ = List.of(
            "kinesis:DescribeStream",
            "kinesis:DescribeStreamSummary",
            "kinesis:GetRecords",
            "kinesis:GetShardIterator",
            "kinesis:ListShards");

    private static final String LIST_SHARDS = "kinesis:ListShards";
    private static final String PUT_RECORDS = "kinesis:PutRecords";
    private static final String PUT_ITEM = "dynamodb:PutItem";

    private static final List<String> KEEP_STATE =
            List.of("dynamodb:BatchGetItem", "dynamodb:DeleteItem", "dynamodb:GetItem", PUT_ITEM, "dynamodb:Query");

    private final Map<String, Set<String>> streams = new LinkedHashMap<>();
    private final Map<String, Set<String>> tables = new LinkedHashMap<>();

    Permissions readStream(String name) {
        return add(streams, name, READ);
    }

    /** A stream that other stages read: which partitions they have is all that matters of it. */
    Permissions listShards(String name) {
        return add(streams, name, List.of(LIST_SHARDS));
    }

    /** An internal stream: where a record goes is decided by its shards. */
    Permissions sendTo(String name) {
        return add(streams, name, List.of(LIST_SHARDS, PUT_RECORDS));
    }

    Permissions appendTo(String name) {
        return add(streams, name, List.of(PUT_RECORDS));
    }

    Permissions keepStateIn(String name) {
        return add(tables, name, KEEP_STATE);
    }

    Permissions writeRowsOf(String name) {
        return add(tables, name, List.of(PUT_ITEM));
    }

    private Permissions add(Map<String, Set<String>> actionsByName, String name, List<String> actions) {
        actionsByName.computeIfAbsent(name, added -> new TreeSet<>()).addAll(actions);
        return this;
    }

    /** Streams before tables, each in the order in which they were added. */
    List<Permission> toList() {
        List<Permission> permissions = new ArrayList<>();
        streams.forEach(
                (name, actions) -> permissions.add(new Permission(Permission.Kind.STREAM, name, List.copyOf(actions))));
        tables.forEach(
                (name, actions) -> permissions.add(new Permission(Permission.Kind.TABLE, name, List.copyOf(actions))));
        return permissions;
    }
}

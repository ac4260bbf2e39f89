package dev.millrace.local.endpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Requests that are as they should be, and what can be made of them. */
final class Requests {
    /** Bodies by action. A stream {@code s} of two shards is there. */
    static final Map<String, String> KINESIS = Map.ofEntries(
            Map.entry("CreateStream", "{'StreamName':'new','ShardCount':1,'Tags':{'a':'b'}}"),
            Map.entry("DeleteStream", "{'StreamName':'new'}"),
            Map.entry("DescribeStream", "{'StreamName':'s','Limit':10}"),
            Map.entry("DescribeStreamSummary", "{'StreamARN':'arn:aws:kinesis:us-east-1:000000000000:stream/s'}"),
            Map.entry("ListStreams", "{'Limit':5,'ExclusiveStartStreamName':'a'}"),
            Map.entry("DescribeLimits", "{}"),
            Map.entry("IncreaseStreamRetentionPeriod", "{'StreamName':'s','RetentionPeriodHours':48}"),
            Map.entry("DecreaseStreamRetentionPeriod", "{'StreamName':'s','RetentionPeriodHours':24}"),
            Map.entry(
                    "UpdateStreamMode",
                    "{'StreamARN':'arn:aws:kinesis:us-east-1:000000000000:stream/s','StreamModeDetails':{'StreamMode':'PROVISIONED'}}"),
            Map.entry(
                    "ListShards",
                    "{'StreamName':'s','MaxResults':7,'ShardFilter':{'Type':'AT_TIMESTAMP','Timestamp':1700000000.5}}"),
            Map.entry(
                    "SplitShard", "{'StreamName':'s','ShardToSplit':'shardId-000000000000','NewStartingHashKey':'10'}"),
            Map.entry(
                    "MergeShards",
                    "{'StreamName':'s','ShardToMerge':'shardId-000000000000','AdjacentShardToMerge':'shardId-000000000001'}"),
            Map.entry("UpdateShardCount", "{'StreamName':'s','TargetShardCount':2,'ScalingType':'UNIFORM_SCALING'}"),
            Map.entry(
                    "PutRecord",
                    "{'StreamName':'s','Data':'aGVsbG8=','PartitionKey':'k','ExplicitHashKey':'17','SequenceNumberForOrdering':'3'}"),
            Map.entry(
                    "PutRecords",
                    "{'StreamName':'s','Records':[{'Data':'aGVsbG8=','PartitionKey':'k'},{'Data':'','PartitionKey':'l','ExplicitHashKey':'0'}]}"),
            Map.entry(
                    "GetShardIterator",
                    "{'StreamName':'s','ShardId':'shardId-000000000001','ShardIteratorType':'AT_TIMESTAMP','Timestamp':1700000000,'StartingSequenceNumber':'0'}"),
            Map.entry("GetRecords", "{'ShardIterator':'AAAAAAAAAAE=','Limit':10}"),
            Map.entry("AddTagsToStream", "{'StreamName':'s','Tags':{'team':'x'}}"),
            Map.entry("ListTagsForStream", "{'StreamName':'s','Limit':3,'ExclusiveStartTagKey':'a'}"),
            Map.entry("RemoveTagsFromStream", "{'StreamName':'s','TagKeys':['team']}"),
            Map.entry(
                    "RegisterStreamConsumer",
                    "{'StreamARN':'arn:aws:kinesis:us-east-1:000000000000:stream/s','ConsumerName':'c','Tags':{'a':'b'}}"),
            Map.entry(
                    "DeregisterStreamConsumer",
                    "{'StreamARN':'arn:aws:kinesis:us-east-1:000000000000:stream/s','ConsumerName':'c'}"),
            Map.entry(
                    "DescribeStreamConsumer",
                    "{'ConsumerARN':'arn:aws:kinesis:us-east-1:000000000000:stream/s/consumer/c:1700000000'}"),
            Map.entry(
                    "ListStreamConsumers",
                    "{'StreamARN':'arn:aws:kinesis:us-east-1:000000000000:stream/s','MaxResults':3,'StreamCreationTimestamp':1700000000.25}"),
            // There is no such consumer: a subscription would last for minutes.
            Map.entry(
                    "SubscribeToShard",
                    "{'ConsumerARN':'arn:aws:kinesis:us-east-1:000000000000:stream/s/consumer/c:1','ShardId':'shardId-000000000001','StartingPosition':{'Type':'AT_TIMESTAMP','Timestamp':1700000000,'SequenceNumber':'0'}}"));

    private static final List<String> VALUES = List.of(
            "null",
            "1e400",
            "-1e999",
            "1e-400",
            "9223372036854775808",
            "-1",
            "2147483648",
            "1.5",
            "\"\\ud800\"",
            "\"\\udfff\\ud83c\"",
            "\"\\u0000\"",
            "\"\"",
            "\"%s%n\"",
            "\"AAAA:BBBB:1\"",
            "\"QUFBQTpCQkJCOjE=\"",
            "\"99999999999999999999999999999999999999999\"",
            "true",
            "[]",
            "{}",
            "[[]]",
            "[null]",
            "{\"\\ud800\":\"\\udc00\"}",
            "{\"a\":{\"b\":[1,{}]}}",
            "17");
    /** Keeps numbers as they are written, however large. */
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private static final ObjectMapper CBOR = new ObjectMapper(new CBORFactory());

    private Requests() {}

    static byte[] body(String action) {
        return KINESIS.getOrDefault(action, "{}").replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    /** A body with another value here or there, or with its bytes damaged, in JSON or in CBOR. */
    static byte[] mutated(byte[] json, boolean isCbor, Random random) {
        try {
            JsonNode tree = JSON.readTree(json);
            for (int changes = random.nextInt(3); changes > 0; changes--) {
                change(tree, random);
            }
            byte[] body = isCbor ? cbor(tree) : escaped(tree);
            for (int changes = random.nextBoolean() ? 0 : 1 + random.nextInt(4); changes > 0; changes--) {
                body = damaged(body, random);
            }
            return body;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] cbor(JsonNode tree) throws IOException {
        try {
            return CBOR.writeValueAsBytes(tree);
        } catch (JsonProcessingException e) {
            // Half a surrogate pair, which this writer refuses.
            return CBOR.writeValueAsBytes(Map.of());
        }
    }

    /** In ASCII: half a surrogate pair has no UTF-8. */
    private static byte[] escaped(JsonNode tree) throws IOException {
        return JSON.writer()
                .with(JsonWriteFeature.ESCAPE_NON_ASCII)
                .writeValueAsString(tree)
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static void change(JsonNode tree, Random random) throws IOException {
        List<JsonNode> parents = new ArrayList<>();
        collect(tree, parents);
        JsonNode parent = parents.get(random.nextInt(parents.size()));
        JsonNode value = JSON.readTree(VALUES.get(random.nextInt(VALUES.size())));
        if (parent instanceof ObjectNode object && !object.isEmpty()) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            String name = names.get(random.nextInt(names.size()));
            if (random.nextInt(4) == 0) {
                object.remove(name);
            } else {
                object.set(name, value);
            }
        } else if (parent instanceof ArrayNode array) {
            array.add(value);
        }
    }

    private static void collect(JsonNode node, List<JsonNode> parents) {
        if (node.isContainerNode()) {
            parents.add(node);
            node.forEach(child -> collect(child, parents));
        }
    }

    private static byte[] damaged(byte[] body, Random random) {
        if (body.length == 0) {
            return new byte[] {(byte) random.nextInt()};
        }
        int at = random.nextInt(body.length);
        byte[] copy = body.clone();
        switch (random.nextInt(5)) {
            case 0 -> copy[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> copy[at] = (byte) random.nextInt();
            case 2 -> {
                return Arrays.copyOf(body, at);
            }
            case 3 -> {
                // CBOR's head of a string, array or map with a length of four bytes or eight.
                byte[] head = new byte[9];
                random.nextBytes(head);
                head[0] = new byte[] {0x5a, 0x5b, 0x7a, 0x7b, (byte) 0x9a, (byte) 0x9b, (byte) 0xba, (byte) 0xbb}
                        [random.nextInt(8)];
                System.arraycopy(head, 0, copy, at, Math.min(head.length, copy.length - at));
            }
            default -> {
                copy = Arrays.copyOf(body, body.length + 1);
                System.arraycopy(body, at, copy, at + 1, body.length - at);
            }
        }
        return copy;
    }
}

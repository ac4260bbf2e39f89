package dev.millrace.local.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.local.endpoint.LocalEndpoint;
import dev.millrace.local.endpoint.LocalEndpointOptions;
import dev.millrace.local.kinesis.EmbeddedKinesis;
import dev.millrace.local.kinesis.PutEntry;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The Kinesis Client Library 3 reads a stream of the endpoint, with its leases in the endpoint's DynamoDB. Not a part of the
 * default build: its first worker takes a minute or two to make its tables and leases, whatever it is told.
 *
 * <p>{@code mvn -pl local-runtime -am test -Dtest=KinesisClientLibraryCheck -Dsurefire.failIfNoSpecifiedTests=false}
 */
class KinesisClientLibraryCheck {
    private static final String STREAM = "orders";
    private static final String APPLICATION = "order-reader";
    private static final int BATCH = 300;
    private static final Duration LONGEST = Duration.ofMinutes(3);

    private final List<String> put = new ArrayList<>();

    private void put(EmbeddedKinesis kinesis) {
        List<PutEntry> entries = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
            String key = "k" + i % 17;
            String text = "record " + put.size();
            put.add(key + "=" + text);
            entries.add(PutEntry.of(key, text.getBytes(StandardCharsets.UTF_8)));
        }
        kinesis.put(STREAM, entries);
    }

    private static void awaitTexts(List<String> expected, RecordingProcessors... workers) {
        await().atMost(LONGEST).until(() -> texts(workers).size() >= expected.size());
        assertThat(texts(workers)).containsExactlyInAnyOrderElementsOf(expected);
    }

    private static List<String> texts(RecordingProcessors... workers) {
        List<String> all = new ArrayList<>();
        for (RecordingProcessors worker : workers) {
            all.addAll(worker.texts());
        }
        return all;
    }

    private static void assertKeysInOrder(RecordingProcessors worker) {
        for (Map.Entry<String, List<String>> ofShard : worker.byShard.entrySet()) {
            List<Integer> numbers = ofShard.getValue().stream()
                    .map(text -> Integer.valueOf(text.substring(text.lastIndexOf(' ') + 1)))
                    .toList();
            assertThat(numbers).as(ofShard.getKey()).isSorted();
        }
    }

    @Test
    void itReadsEachRecordOnce_overASplitAndFromOneWorkerToAnother() throws Exception {
        try (LocalEndpoint endpoint =
                LocalEndpoint.start(LocalEndpointOptions.defaults().withPort(0))) {
            EmbeddedKinesis kinesis = endpoint.kinesis();
            kinesis.createStream(STREAM, 2, false, Map.of());
            RecordingProcessors first = new RecordingProcessors();
            RecordingProcessors second = new RecordingProcessors();
            put(kinesis);
            LibraryWorker firstWorker = new LibraryWorker(endpoint.uri(), APPLICATION, STREAM, "first", first);
            try {
                awaitTexts(put, first);
                kinesis.splitShard(STREAM, "shardId-000000000000", BigInteger.ONE.shiftLeft(126));
                put(kinesis);
                awaitTexts(put, first);
            } finally {
                firstWorker.stop();
            }
            assertThat(first.ended).containsExactly("shardId-000000000000");
            assertThat(first.byShard)
                    .containsOnlyKeys(
                            "shardId-000000000000",
                            "shardId-000000000001",
                            "shardId-000000000002",
                            "shardId-000000000003");
            put(kinesis);
            LibraryWorker secondWorker = new LibraryWorker(endpoint.uri(), APPLICATION, STREAM, "second", second);
            try {
                awaitTexts(put, first, second);
            } finally {
                secondWorker.stop();
            }
            assertThat(second.byShard)
                    .containsOnlyKeys("shardId-000000000001", "shardId-000000000002", "shardId-000000000003");
            assertKeysInOrder(first);
            assertKeysInOrder(second);
        }
    }
}

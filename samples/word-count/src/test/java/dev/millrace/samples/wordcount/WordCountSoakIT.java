package dev.millrace.samples.wordcount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.local.testing.AwsData;
import dev.millrace.samples.DevProcess;
import dev.millrace.samples.LambdaJar;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.Record;

/**
 * Many records, and SIGKILL again and again: for {@code millrace dev}, in which streams and tables live, and for the
 * processes of its packaged functions. The profile {@code soak} runs it at length; the system properties
 * {@code millrace.soak.records}, {@code millrace.soak.kills} (of each kind) and {@code millrace.soak.seed} say how long it
 * takes, and what it kills when.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "AWS's runtime interface client runs on Linux only")
class WordCountSoakIT {
    private static final int RECORDS = Integer.getInteger("millrace.soak.records", 20_000);
    private static final int KILLS = Integer.getInteger("millrace.soak.kills", 3);
    private static final long SEED = Long.getLong("millrace.soak.seed", System.nanoTime());

    private static final int PER_REQUEST = 250;
    private static final int WORDS_PER_LINE = 8;
    private static final int VOCABULARY = 100;
    /** How far puts may be ahead of results, in lines: kills are to come while there is work, to the end. */
    private static final int MAX_AHEAD = 2_500;
    /** A word of each line, whose count is the number of lines that have been processed. */
    private static final String EACH = "soak";

    /** What is killed once that many lines have been counted: dev, or one of its functions. */
    private record Kill(long after, boolean dev) {}

    /** A run of dev, and clients of it. */
    private record Instance(DevProcess dev, AwsData clients) implements AutoCloseable {
        @Override
        public void close() {
            clients.close();
            dev.close();
        }
    }

    private final Random random = new Random(SEED);

    @TempDir
    private Path directory;

    private volatile Instance instance;
    private volatile long counted;

    @BeforeEach
    void start() throws IOException {
        DevProcess dev = DevProcess.start(
                "word-count",
                directory.resolve("data"),
                "--packaged",
                LambdaJar.ofBuild().path().toString(),
                "--idle-timeout",
                "2s",
                "--batch-size",
                "500",
                "--batching-window",
                "500ms");
        instance = new Instance(dev, AwsData.at(dev.endpoint()));
    }

    @AfterEach
    void end() {
        instance.close();
    }

    @Test
    void whenProcessesAreKilledAgainAndAgain_thenNoWordIsLostOrDoubled() throws IOException {
        List<String> lines = lines();
        System.out.println("soak: " + lines.size() + " records, " + KILLS + " kills of dev and " + KILLS
                + " of functions, seed " + SEED);
        CompletableFuture<Void> puts = CompletableFuture.runAsync(() -> put(lines), task -> new Thread(task).start());

        for (Kill kill : kills()) {
            patiently().until(() -> puts.isCompletedExceptionally() || counted() >= kill.after);
            if (puts.isCompletedExceptionally()) {
                break;
            }
            kill(kill);
        }
        patiently().until(() -> puts.isDone() || counted() < 0);
        puts.join();

        List<String> taken = taken(lines);
        WordCounts.awaitCounts(instance.clients, taken);
        WordCounts.awaitMinutes(instance.clients);
        System.out.println("soak: exact, of " + taken.size() + " records, " + (taken.size() - lines.size())
                + " of them put again after a lost reply");
    }

    /** Few words, since each batch writes the rows of all its words: what is tried is kills, not tables. */
    private List<String> lines() {
        return IntStream.range(0, RECORDS)
                .mapToObj(i -> EACH
                        + random.ints(WORDS_PER_LINE, 0, VOCABULARY)
                                .mapToObj(word -> " w" + word)
                                .collect(Collectors.joining()))
                .toList();
    }

    /** Spread over the whole run, at random. */
    private List<Kill> kills() {
        List<Boolean> kinds = new ArrayList<>(Collections.nCopies(KILLS, true));
        kinds.addAll(Collections.nCopies(KILLS, false));
        Collections.shuffle(kinds, random);
        return IntStream.range(0, kinds.size())
                .mapToObj(i -> new Kill((long) ((i + random.nextDouble()) * RECORDS / kinds.size()), kinds.get(i)))
                .toList();
    }

    private void kill(Kill kill) throws IOException {
        if (kill.dev) {
            instance.close();
            start();
        } else {
            // Those that dev has started may have been killed just now.
            patiently().until(() -> !instance.dev.functions().isEmpty());
            List<ProcessHandle> functions = instance.dev.functions();
            functions.get(random.nextInt(functions.size())).destroyForcibly();
        }
        System.out.println("soak: killed " + (kill.dev ? "dev" : "a function") + " after " + counted + " records");
    }

    /** Puts all lines, each with its number for a key. A request that dev was killed in is sent again, as producers do. */
    private void put(List<String> lines) {
        for (int from = 0; from < lines.size(); from += PER_REQUEST) {
            int first = from;
            patiently().until(() -> first - counted < MAX_AHEAD);
            List<PutRecordsRequestEntry> request = IntStream.range(from, Math.min(lines.size(), from + PER_REQUEST))
                    .mapToObj(i -> PutRecordsRequestEntry.builder()
                            .partitionKey(Integer.toString(i))
                            .data(SdkBytes.fromUtf8String(lines.get(i)))
                            .build())
                    .toList();
            patiently().until(() -> {
                instance.clients.put(WordCounts.LINES, request);
                return true;
            });
        }
    }

    /** While dev is down, requests fail. */
    private static ConditionFactory patiently() {
        return await().atMost(Duration.ofMinutes(5))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptionsMatching(e -> e instanceof SdkException || e instanceof IllegalStateException);
    }

    private long counted() {
        Map<String, AttributeValue> row = instance.clients
                .clients()
                .dynamoDb()
                .getItem(request -> request.tableName("word-counts")
                        .key(Map.of("word", AttributeValue.fromS(EACH)))
                        .consistentRead(true))
                .item();
        AttributeValue count = row.get("count");
        counted = count == null ? 0 : Long.parseLong(count.n());
        return counted;
    }

    /** What is in the stream: each line, and those again whose put had no reply. */
    private List<String> taken(List<String> lines) {
        List<String> taken = new ArrayList<>();
        Map<Integer, Integer> times = new HashMap<>();
        for (Record record : instance.clients.read(WordCounts.LINES)) {
            int line = Integer.parseInt(record.partitionKey());
            assertThat(record.data().asUtf8String()).isEqualTo(lines.get(line));
            times.merge(line, 1, Integer::sum);
            taken.add(lines.get(line));
        }
        assertThat(times).hasSameSizeAs(lines);
        assertThat(taken.size() - lines.size()).as("records put again").isLessThanOrEqualTo(KILLS * PER_REQUEST);
        return taken;
    }
}

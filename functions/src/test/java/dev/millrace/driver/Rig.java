package dev.millrace.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Aggregations;
import dev.millrace.CollectingSink;
import dev.millrace.ErrorPolicy;
import dev.millrace.EventStream;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Result;
import dev.millrace.Windows;
import dev.millrace.codec.Codec;
import dev.millrace.engine.Limits;
import dev.millrace.engine.Output;
import dev.millrace.engine.Position;
import dev.millrace.engine.SourceRecord;
import dev.millrace.state.Entry;
import dev.millrace.state.FaultyStore;
import dev.millrace.state.FaultyStore.Fate;
import dev.millrace.state.ItemKey;
import dev.millrace.state.LogName;
import dev.millrace.state.StateLog;
import dev.millrace.state.StateLogSettings;
import dev.millrace.state.StoredItem;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** One partition with its store and sinks, and as many environments as a test drives it with. Records arrive a second apart. */
final class Rig {
    static final LogName NAME = new LogName("readings", "source", "shard-1");
    static final long BASE = 1_700_000_000_000L;
    static final Duration IDLE_TIMEOUT = Duration.ofSeconds(10);
    static final Duration SIZE = Duration.ofMillis(100);
    static final Duration MAX_AHEAD = Duration.ofHours(1);
    static final String RESULTS = "collection:results";

    final FaultyStore store = new FaultyStore();
    final RecordingEmitter emitter = new RecordingEmitter(store);
    final Pipeline pipeline;

    String mappingId = "mapping-1";
    boolean retriesForever = true;
    Limits limits = Limits.DEFAULT;
    UnaryOperator<StateLogSettings> layout = settings -> settings;
    private int lives;

    Rig(Pipeline pipeline) {
        this.pipeline = pipeline;
        checkPredecessors();
    }

    /** Counts readings by key in windows of 100 ms, with the watermark at the latest reading. */
    static Rig counting(ErrorPolicy policy) {
        return of(policy, Rig::counted);
    }

    static Rig counting() {
        return counting(ErrorPolicy.DEAD_LETTER);
    }

    static Rig of(ErrorPolicy policy, Consumer<EventStream<Reading>> rest) {
        PipelineBuilder builder = Pipeline.named("readings").onError(policy);
        if (policy == ErrorPolicy.DEAD_LETTER) {
            builder.deadLetters("letters");
        }
        rest.accept(builder.from("source", Reading.CODEC, eventTime()));
        return new Rig(builder.build());
    }

    static EventTime<Reading> eventTime() {
        return EventTime.<Reading>extracted(reading -> Instant.ofEpochMilli(reading.timeMillis()), Duration.ZERO);
    }

    /** A reading with the text {@code bad} cannot be processed. */
    static void counted(EventStream<Reading> readings) {
        readings.peek(reading -> {
                    if (reading.text().equals("bad")) {
                        throw new IllegalStateException("bad reading");
                    }
                })
                .keyByPartitionKey(Reading::key)
                .window(Windows.tumbling(SIZE))
                .aggregate(Aggregations.count())
                .collect(new CollectingSink<>("results", new ResultText<>()));
    }

    /** E2: when an entry takes its place, every output of the one before it has been taken. */
    private void checkPredecessors() {
        store.beforePut = this::checkPredecessor;
    }

    void checkPredecessor(StoredItem item) {
        Entry before = store.committed.get(item.number() - 1);
        if (item.key().kind() == ItemKey.Kind.ENTRY && before != null && !store.committed.containsKey(item.number())) {
            assertThat(emitter.takenOf(before.number()))
                    .as("E2: outputs taken of entry %d, before %d is committed", before.number(), item.number())
                    .isEqualTo(before.outbox().size());
        }
    }

    /** A new environment: its first invocation loads the log. */
    PartitionDriver environment() {
        lives++;
        StateLog log = new StateLog(store, NAME, layout.apply(StateLogSettings.of("life-" + lives, mappingId)));
        return new PartitionDriver(
                pipeline, NAME, log, emitter, new PartitionSettings(mappingId, retriesForever, IDLE_TIMEOUT, limits));
    }

    static SourceRecord record(int number, String key, byte[] data) {
        return new SourceRecord(key, data, new Position(Integer.toString(number), 0, false), arrival(number));
    }

    /** The shard's record of this number, from 1: a reading at an offset in milliseconds. */
    static BatchItem item(int number, String key, long offsetMillis, String text) {
        return BatchItem.of(record(number, key, new Reading(key, BASE + offsetMillis, text).encoded()));
    }

    static BatchItem item(int number, String key, long offsetMillis) {
        return item(number, key, offsetMillis, "x");
    }

    static long arrival(int number) {
        return BASE + 1_000L * number;
    }

    /** A batch that is processed as soon as its last record has arrived. */
    static Batch batch(BatchItem... items) {
        return new Batch(List.of(items), items[items.length - 1].record().arrivalMillis());
    }

    List<String> results() {
        return emitter.outputs(RESULTS);
    }

    /** The dead letters taken: each one's reason and sequence number. */
    List<String> letters() {
        return letters(emitter);
    }

    static List<String> letters(RecordingEmitter emitter) {
        return emitter.outputs(Output.DEAD_LETTERS).stream()
                .map(text -> text.replaceAll("\\{\"reason\":\"([^\"]*)\".*\"sequence_number\":\"?([^\",]*).*", "$1 $2"))
                .toList();
    }

    /** The kinds of all entries, in order. */
    List<Entry.Kind> kinds() {
        return store.committed.values().stream().map(Entry::kind).toList();
    }

    Entry entry(long number) {
        return Objects.requireNonNull(store.committed.get(number), () -> "entry " + number);
    }

    /** What becomes of the next write of an entry. */
    void nextEntry(Fate fate) {
        entryWrite(store.committed.size() + 1, fate);
    }

    /** What becomes of the first write of the entry of this number. */
    void entryWrite(long number, Fate fate) {
        List<Long> met = new ArrayList<>();
        store.fate = item -> {
            if (item.key().kind() == ItemKey.Kind.ENTRY && item.number() == number && met.isEmpty()) {
                met.add(number);
                return fate;
            }
            return Fate.ANSWERED;
        };
    }

    /** A result as {@code key start-end: value}, times as offsets. */
    static final class ResultText<V> implements Codec<Result<String, V>> {
        @Override
        public byte[] encode(Result<String, V> result) {
            return text(result).getBytes(StandardCharsets.UTF_8);
        }

        private static String text(Result<?, ?> result) {
            Object value = result.value() instanceof Reading reading ? reading.text() : result.value();
            return result.key() + " " + (result.window().start().toEpochMilli() - BASE) + "-"
                    + (result.window().end().toEpochMilli() - BASE) + ": " + value;
        }

        @Override
        public Result<String, V> decode(byte[] bytes) {
            throw new UnsupportedOperationException("the tests read the text");
        }
    }
}

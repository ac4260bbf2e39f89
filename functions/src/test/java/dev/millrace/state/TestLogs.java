package dev.millrace.state;

import dev.millrace.engine.CellChange;
import dev.millrace.engine.Changes;
import dev.millrace.engine.HashRange;
import dev.millrace.engine.KeyId;
import dev.millrace.engine.KeyedState;
import dev.millrace.engine.Output;
import dev.millrace.engine.Position;
import dev.millrace.engine.Progress;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;

/** What tests of state logs say often. */
final class TestLogs {
    static final int R = 8;
    static final int B = 3;

    private TestLogs() {}

    static LogName name(String partition) {
        return new LogName("orders", "totals", partition);
    }

    /** A small ring and few buckets, so that tests lap them. */
    static StateLogSettings small(String writerId) {
        return StateLogSettings.of(writerId, "mapping-1").withLayout(R, B);
    }

    static CellChange put(String key, String value) {
        return new CellChange(KeyId.of("count", bytes(key)), 0, bytes(value));
    }

    /** A value of this many bytes that does not compress. */
    static CellChange noisy(String key, int length) {
        return new CellChange(KeyId.of("count", bytes(key)), 0, noise(length, key.hashCode()));
    }

    static CellChange remove(String key) {
        return new CellChange(KeyId.of("count", bytes(key)), 0, null);
    }

    /** All routing hashes, the lower half first. */
    static List<HashRange> halves() {
        BigInteger middle = HashRange.ALL.last().shiftRight(1);
        return List.of(
                new HashRange(BigInteger.ZERO, middle),
                new HashRange(middle.add(BigInteger.ONE), HashRange.ALL.last()));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Changes of one more record. */
    static Changes batch(StateLog log, CellChange... cells) {
        return new Changes(progress(log), List.of(cells), List.of());
    }

    static Changes batchWithOutputs(StateLog log, Output... outputs) {
        return new Changes(progress(log), List.of(), List.of(outputs));
    }

    /** The log's progress, one record further. */
    static Progress progress(StateLog log) {
        Position last = log.progress().position();
        long next = last == null ? 1 : Long.parseLong(last.sequenceNumber()) + 1;
        return new Progress(new Position(Long.toString(next), 0, false), 1_000 * next, 900 * next, 900 * next);
    }

    /** One commit, as a driver does it. */
    static CommitResult commit(StateLog log, CellChange... cells) {
        log.markTipEmitted();
        CommitResult result = log.commit(batch(log, cells));
        log.writeDueBuckets();
        return result;
    }

    static void commitTimes(int times, StateLog log) {
        for (int i = 0; i < times; i++) {
            log.catchUp();
            if (!(commit(log, put("k" + i % 5, "v" + log.tip())) instanceof CommitResult.Committed)) {
                throw new AssertionError("fenced");
            }
        }
    }

    static StateLog caughtUp(StateLogStore store, LogName name, StateLogSettings settings) {
        StateLog log = new StateLog(store, name, settings);
        log.catchUp();
        return log;
    }

    static Entry tipEntry(StateLog log) {
        return Objects.requireNonNull(log.tipEntry());
    }

    /** All cells as text, for comparing. */
    static Map<String, String> cells(KeyedState state) {
        Map<String, String> cells = new TreeMap<>();
        state.forEach((id, ofKey) -> ofKey.forEach(
                (namespace, value) -> cells.put(id + "@" + namespace, new String(value, StandardCharsets.UTF_8))));
        return cells;
    }

    /** Bytes that do not compress, the same each time. */
    static byte[] noise(int length, long seed) {
        byte[] noise = new byte[length];
        new Random(seed).nextBytes(noise);
        return noise;
    }

    static List<String> payloads(List<Output> outputs) {
        List<String> payloads = new ArrayList<>();
        outputs.forEach(output -> payloads.add(output.sink() + Arrays.hashCode(output.payload())));
        return payloads;
    }
}

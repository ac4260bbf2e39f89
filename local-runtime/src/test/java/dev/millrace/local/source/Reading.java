package dev.millrace.local.source;

import dev.millrace.local.kinesis.StartingPosition;
import dev.millrace.local.kinesis.StreamRecord;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Reads sources as tests need it. */
final class Reading {
    static final Duration PATIENCE = Duration.ofSeconds(20);
    static final StartingPosition LATEST = new StartingPosition.Latest();
    static final StartingPosition BEGINNING = new StartingPosition.TrimHorizon();

    private Reading() {}

    static String text(StreamRecord record) {
        byte[] bytes = new byte[record.data().remaining()];
        record.data().duplicate().get(bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** What a shard has to its end. */
    static List<StreamRecord> toEnd(SourceStream stream, String shardId, StartingPosition from, int limit)
            throws InterruptedException {
        List<StreamRecord> all = new ArrayList<>();
        @Nullable String iterator = stream.iterator(shardId, from);
        while (iterator != null) {
            ShardRead read = stream.read(iterator, limit, PATIENCE);
            all.addAll(read.records());
            iterator = read.nextIterator();
        }
        return all;
    }

    /** The texts of all shards to their ends, a list for each. */
    static List<List<String>> shards(SourceStream stream) throws InterruptedException {
        List<List<String>> texts = new ArrayList<>();
        for (SourceShard shard : stream.shards()) {
            texts.add(toEnd(stream, shard.shardId(), BEGINNING, 1000).stream()
                    .map(Reading::text)
                    .toList());
        }
        return texts;
    }

    /** The texts of the only shard to its end. */
    static List<String> lines(SourceStream stream) throws InterruptedException {
        return shards(stream).get(0);
    }

    /** What is logged while something is done. */
    static String logged(Callable<?> action) throws Exception {
        PrintStream before = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            Object unused = action.call();
        } finally {
            System.setErr(before);
        }
        return log.toString(StandardCharsets.UTF_8);
    }
}

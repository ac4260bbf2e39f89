package dev.millrace.samples.clickstream;

import dev.millrace.Aggregations;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.PipelineDefinition;
import dev.millrace.Result;
import dev.millrace.codec.Codecs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Counts records by their partition keys. A record {@code hang FILE} makes the function hang, and one {@code exhaust FILE}
 * makes it run out of memory, but only if the file, which is then made, does not exist: so the next attempt succeeds.
 */
public final class FaultyCounts implements PipelineDefinition {
    @Override
    public Pipeline define() {
        PipelineBuilder pipeline = Pipeline.named("faulty-counts");
        pipeline.from("orders", Codecs.string(), EventTime.ingestion())
                .map(FaultyCounts::pass)
                .keyByPartitionKey(text -> text)
                .aggregate(Aggregations.count())
                .toTable("order-counts", row -> row.key("key", Result::key).attribute("count", Result::value));
        return pipeline.build();
    }

    private static String pass(String text) {
        if (text.startsWith("hang ") && isFirst(text)) {
            hang();
        } else if (text.startsWith("exhaust ") && isFirst(text)) {
            exhaust();
        }
        return text.substring(0, 1);
    }

    private static boolean isFirst(String text) {
        try {
            Path unused = Files.createFile(Path.of(text.substring(text.indexOf(' ') + 1)));
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void hang() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void exhaust() {
        List<byte[]> all = new ArrayList<>();
        while (all.size() < 100_000) {
            all.add(new byte[1 << 20]);
        }
        throw new IllegalStateException("there was room for megabytes: " + all.size());
    }
}

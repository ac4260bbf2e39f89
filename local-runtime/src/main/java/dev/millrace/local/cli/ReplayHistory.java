package dev.millrace.local.cli;

import dev.millrace.engine.Progress;
import dev.millrace.local.runner.PipelineInput;
import dev.millrace.local.runner.RunnerProgress;
import dev.millrace.local.source.BoundedStream;
import dev.millrace.local.source.SourceSettings;
import dev.millrace.local.source.SourceSpec;
import dev.millrace.local.source.SourceStream;
import dev.millrace.local.source.StreamReadException;
import dev.millrace.plan.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * What is to be replayed.
 *
 * @param input it itself; to be closed
 * @param unit what its size is counted in
 * @param total how much of it there is, roughly
 * @param done how much of that is done
 */
record ReplayHistory(PipelineInput input, String unit, long total, Done done) {
    private static final Duration USUAL_RETENTION = Duration.ofHours(24);

    /** How much is done, as far as a runner has come. */
    interface Done {
        long of(RunnerProgress progress);
    }

    /**
     * All lines of a file.
     *
     * @throws IllegalArgumentException if it cannot be dealt out so
     * @throws StreamReadException if it cannot be read
     */
    static ReplayHistory ofFile(SourceSpec file, Plan plan, SourceSettings settings) {
        PipelineInput input = PipelineInput.of(file, plan, settings);
        String path = file.toString().substring(file.toString().indexOf(':') + 1);
        // A line has an end beside its bytes.
        return new ReplayHistory(
                input, "bytes", size(Path.of(path)), progress -> progress.bytes() + progress.records());
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new CommandFailure("file " + file + " cannot be read: " + e, e);
        }
    }

    /**
     * What arrived in a stream.
     *
     * @param since null for all that it still has
     * @param until null for now
     * @throws IllegalArgumentException if the times are not one after the other, or in the future
     */
    static ReplayHistory ofStream(
            KinesisEndpoint at,
            String name,
            @Nullable Instant since,
            @Nullable Instant until,
            SourceSettings settings) {
        Instant now = settings.clock().instant();
        Instant last = until == null ? now : until;
        if (last.isAfter(now) || (since != null && !since.isBefore(last))) {
            throw new IllegalArgumentException("--since must be before --until, and --until not in the future");
        }
        KinesisClient client = at.client();
        SourceStream stream = new BoundedStream(SourceStream.of(client, name), since, last, settings.clock());
        try {
            var unused = stream.shards();
        } catch (StreamReadException e) {
            client.close();
            throw at.failure(e);
        }
        String identity = "kinesis:" + name + " at " + at.uri() + " since " + (since == null ? "its beginning" : since)
                + (until == null ? "" : " until " + until);
        PipelineInput input = new PipelineInput(identity, local -> stream, client::close);
        long start = (since == null ? last.minus(USUAL_RETENTION) : since).toEpochMilli();
        long total = Math.max(1, last.toEpochMilli() - start);
        return new ReplayHistory(
                input,
                "ms",
                total,
                progress -> progress.arrivalMillis() == Progress.NO_TIME
                        ? 0
                        : Math.max(0, progress.arrivalMillis() - start));
    }
}

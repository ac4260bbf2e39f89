package dev.millrace.local.cli;

import dev.millrace.local.lines.InputFile;
import dev.millrace.local.lines.LineReader;
import dev.millrace.local.lines.PartitionKeys;
import dev.millrace.sink.EmissionException;
import dev.millrace.sink.RecordWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** {@code millrace put}: lines of a file to a Kinesis stream. */
@Command(
        name = "put",
        description = {
            "Puts the lines of a file, JSON or any other text, into a Kinesis stream, one record a line, byte for byte; blank"
                    + " lines are skipped.",
            "Records of a partition key keep their order, unless Kinesis refuses one and takes a later one of the same"
                    + " request: it is sent again before anything else, and the summary counts it as overtaken."
                    + " --strict-order rules that out."
        })
final class PutCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(index = "0", paramLabel = "STREAM", description = "The stream's name.")
    private String stream = "";

    @Parameters(index = "1", paramLabel = "FILE", description = "The file, or - for standard input.")
    private String file = "";

    @Option(
            names = "--partition-key-field",
            paramLabel = "NAME",
            description =
                    "The property of a line's JSON object whose text or number is the partition key. Lines without"
                            + " it, and all lines if this is not given, go by their content: the key is the start of the line's"
                            + " SHA-256.")
    private @Nullable String partitionKeyField;

    @Option(
            names = "--endpoint",
            paramLabel = "URL",
            description = "Where Kinesis is: AWS_ENDPOINT_URL, or else http://127.0.0.1:4566.")
    private @Nullable String endpoint;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Records a second, at most. As many as can be by default.")
    private @Nullable Long rate;

    @Option(
            names = "--strict-order",
            description =
                    "Send one record of each partition key in a request, so that none is overtaken. Slow for files"
                            + " with few partition keys.")
    private boolean strictOrder;

    @Option(names = "--json", description = "Print the summary as JSON.")
    private boolean json;

    PutCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        if (rate != null && rate < 1) {
            throw new ParameterException(spec.commandLine(), "--rate is " + rate + ", and must be 1 or more");
        }
        KinesisEndpoint kinesisEndpoint = KinesisEndpoint.of(endpoint, surroundings.environment());
        boolean isStandardInput = file.equals("-");
        try (InputStream in = isStandardInput ? surroundings.in() : open();
                KinesisClient kinesis = kinesisEndpoint.client()) {
            return put(in, kinesis, kinesisEndpoint, isStandardInput ? -1 : Files.size(Path.of(file)), spec);
        } catch (IOException e) {
            throw new CommandFailure("cannot read '" + file + "': " + e, e);
        }
    }

    private int put(InputStream in, KinesisClient kinesis, KinesisEndpoint at, long totalBytes, CommandSpec command)
            throws IOException, InterruptedException {
        PrintWriter out = command.commandLine().getOut();
        RecordWriter writer = new RecordWriter(
                kinesis,
                stream,
                strictOrder
                        ? RecordWriter.Order.WITHIN_PARTITION_KEY
                        : RecordWriter.Order.WITHIN_PARTITION_KEY_UNLESS_REFUSED,
                surroundings.pause());
        LineReader lines = new LineReader(in, RecordWriter.MAX_RECORD_BYTES);
        Pacer pacer = new Pacer(rate == null ? 0 : rate, surroundings.nanoTime(), surroundings.pause());
        @Nullable PutProgress bar = surroundings.isTerminal() ? PutProgress.onTerminal(stream, totalBytes) : null;
        LongConsumer progress = bar == null ? bytesRead -> {} : bar;
        LinePut put = new LinePut(
                lines,
                new PartitionKeys(partitionKeyField),
                writer,
                pacer,
                command.commandLine().getErr(),
                progress);
        try (bar) {
            put.run();
        } catch (EmissionException e) {
            print(put.summary(stream), out);
            String stop = "Stopped after " + put.linesRead() + " lines: those that follow were not tried.";
            (json ? command.commandLine().getErr() : out).println(stop);
            throw at.failure(e);
        }
        PutSummary summary = put.summary(stream);
        print(summary, out);
        return summary.failed() == 0 ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private void print(PutSummary summary, PrintWriter out) {
        out.println(json ? summary.toJson() : summary.toText());
        out.flush();
    }

    private InputStream open() {
        Path path = Path.of(file);
        try {
            InputFile.requireReadable(path);
            return Files.newInputStream(path);
        } catch (IOException e) {
            throw new CommandFailure(InputFile.whyUnreadable(path, e), e);
        }
    }
}

package dev.millrace.local.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.local.compare.Charts;
import dev.millrace.local.compare.Comparison;
import dev.millrace.local.compare.ComparisonException;
import dev.millrace.local.compare.ComparisonSettings;
import dev.millrace.local.compare.Figure;
import dev.millrace.local.compare.FigureTable;
import dev.millrace.local.compare.FiguresPage;
import dev.millrace.local.compare.Provenance;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace compare}: micro-batches and record at a time, measured on the same input. */
@Command(
        name = "compare",
        description = {
            "Runs a pipeline in both modes on the same input, on this machine, exactly once either way: in micro-batches, as"
                    + " 'dev' does, and record at a time, as 'run' does. Prints their latency, throughput, load balancing,"
                    + " elasticity and fault tolerance side by side.",
            "In each run the results are compared with a plain count of the input; if they differ, the exit code is 1.",
            "With --seconds 20 it takes less than three minutes on two free processors. In each mode that is 4 seconds of"
                    + " latency at each of three loads, a backlog of about 5 seconds for throughput and four of about 2 for load"
                    + " balancing, 6 seconds for shards that double, and 8 for kill -9; other values of --seconds in proportion."
                    + " Starting, warming up and catching up take the rest. While others use the machine, figures are worth little."
        })
final class CompareCommand implements Callable<Integer> {
    private static final JsonMapper MAPPER = new JsonMapper();

    private final Surroundings surroundings;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--pipeline",
            paramLabel = "PIPELINE",
            defaultValue = "word-count",
            description = "word-count or clickstream. ${DEFAULT-VALUE} by default.")
    private String pipeline = "";

    @Option(
            names = "--skew",
            paramLabel = "S",
            defaultValue = "1.2",
            description = "How unevenly keys come: the exponent of Zipf's law, 0 (all alike) to 3. ${DEFAULT-VALUE} by"
                    + " default.")
    private double skew;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "20",
            description = "How much time to take, 1 to 600; see above. ${DEFAULT-VALUE} by default.")
    private double seconds;

    @Option(
            names = "--seed",
            paramLabel = "SEED",
            defaultValue = "1",
            description = "Decides the input. ${DEFAULT-VALUE} by default.")
    private long seed;

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            defaultValue = "100",
            description = "How many records a batch has at most, 1 to 10,000. ${DEFAULT-VALUE} by default.")
    private int batchSize;

    @Option(
            names = "--batching-window",
            paramLabel = "TIME",
            defaultValue = "200ms",
            converter = DurationConverter.class,
            description = "How long to gather records for a batch, up to 300s. ${DEFAULT-VALUE} by default.")
    private Duration batchingWindow = Duration.ZERO;

    @Option(
            names = "--commit-interval",
            paramLabel = "TIME",
            defaultValue = "50ms",
            converter = DurationConverter.class,
            description =
                    "How long records are applied before they are committed, up to 1m. ${DEFAULT-VALUE} by default.")
    private Duration commitInterval = Duration.ZERO;

    @Option(names = "--json", description = "Print one array of JSON objects instead of a table.")
    private boolean json;

    @Option(
            names = "--charts",
            paramLabel = "DIR",
            description =
                    "Also draw the figures: an SVG file for each aspect, into this folder. Needs fonts, as Java does.")
    private @Nullable Path charts;

    @Option(
            names = "--page",
            paramLabel = "FILE",
            description =
                    "Also put the table into this Markdown page, in the place of the one that is there, with the machine,"
                            + " the day and the command.")
    private @Nullable Path page;

    CompareCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        CommandSpec command = spec;
        if (command == null) {
            throw new IllegalStateException("not run by picocli");
        }
        ComparisonSettings settings = settings(command);
        requireWritable();
        List<Figure> figures = measure(settings);
        FigureTable table = new FigureTable(figures);
        PrintWriter out = command.commandLine().getOut();
        out.print(json ? json(figures) : table.text());
        out.flush();
        draw(figures);
        if (page != null) {
            List<String> words = command.commandLine().getParseResult().originalArgs();
            String line = "./millrace compare" + (words.isEmpty() ? "" : " " + String.join(" ", words));
            writePage(page, Provenance.now(line) + "\n\n" + table.markdown());
        }
        return ExitCode.OK;
    }

    /** Before minutes are spent on what could not be kept. */
    private void requireWritable() {
        if (page != null) {
            try {
                FiguresPage.require(page);
            } catch (IOException | IllegalArgumentException e) {
                throw unusable("--page", page, e);
            }
        }
        if (charts != null) {
            try {
                Files.createDirectories(charts);
            } catch (IOException e) {
                throw unusable("--charts", charts, e);
            }
        }
    }

    private static CommandFailure unusable(String option, Path path, Exception e) {
        return new CommandFailure(
                option + " " + path + " cannot be used: "
                        + (e instanceof IllegalArgumentException ? e.getMessage() : e.toString()) + ".",
                e);
    }

    private void draw(List<Figure> figures) {
        if (charts != null) {
            try {
                Charts.write(figures, charts);
            } catch (IOException e) {
                throw unusable("--charts", charts, e);
            } catch (NoClassDefFoundError | ExceptionInInitializerError | UnsatisfiedLinkError | InternalError e) {
                throw new CommandFailure(
                        "the charts cannot be drawn: Java finds no fonts on this machine (" + e
                                + "). Install some, as by: apt install fontconfig fonts-dejavu-core",
                        e);
            }
        }
    }

    private static void writePage(Path page, String figures) {
        try {
            FiguresPage.update(page, figures);
        } catch (IOException | IllegalArgumentException e) {
            throw unusable("--page", page, e);
        }
    }

    private ComparisonSettings settings(CommandSpec command) {
        ComparisonSettings settings;
        try {
            Comparison.requireInput(pipeline);
            settings = new ComparisonSettings(
                    pipeline, "", skew, seconds, seed, batchSize, batchingWindow.toMillis(), commitInterval.toMillis());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
        return settings.withPipelineClass(PipelineFinder.on(null).find(pipeline).className());
    }

    private List<Figure> measure(ComparisonSettings settings) throws Exception {
        Comparison comparison = new Comparison(settings);
        AutoCloseable onSignal = surroundings.onSignal().apply(() -> {
            comparison.close();
            return false;
        });
        try (StepProgress progress = StepProgress.of(surroundings.isTerminal())) {
            return comparison.run(progress::at);
        } catch (ComparisonException e) {
            throw new CommandFailure(e.getMessage() + ".", e);
        } finally {
            onSignal.close();
            comparison.close();
        }
    }

    private static String json(List<Figure> figures) throws JsonProcessingException {
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(figures) + "\n";
    }
}

package dev.millrace.local.cli;

import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.TableRows;
import dev.millrace.Transform;
import dev.millrace.local.aws.AwsAddress;
import dev.millrace.local.aws.AwsClients;
import dev.millrace.local.aws.PipelineResources;
import dev.millrace.plan.Plan;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import software.amazon.awssdk.core.exception.SdkException;

/** The options by which history goes into tables that are in use. */
final class BackfillOptions {
    private static final String AWS = "aws";
    private static final String TABLES_AT = "--tables-at";
    private static final String EPOCH = "--epoch";
    private static final String WINDOWS_FROM = "--windows-from";
    private static final String WINDOWS_UNTIL = "--windows-until";

    @Option(
            names = TABLES_AT,
            paramLabel = "URL",
            description = {
                "Write the rows to the pipeline's tables there, or at 'aws', which may be in use: see docs/operations.md.",
                "Each row is written once its window has closed. Streams and dead letters stay local."
            })
    private @Nullable String tablesAt;

    @Option(
            names = EPOCH,
            paramLabel = "N",
            description =
                    "With " + TABLES_AT + ": the rows replace those of smaller epochs, and never those of larger ones."
                            + " Larger than the pipeline's own, which is 1 unless it says otherwise.")
    private @Nullable Long epoch;

    @Option(
            names = WINDOWS_FROM,
            paramLabel = "TIME",
            description = "With " + TABLES_AT + ": leave out windows that begin before, such as those that the history"
                    + " has only a part of.")
    private @Nullable String windowsFrom;

    @Option(
            names = WINDOWS_UNTIL,
            paramLabel = "TIME",
            description = "With " + TABLES_AT
                    + ": leave out windows that end after. They must all be over where the pipeline runs.")
    private @Nullable String windowsUntil;

    boolean isGiven() {
        return tablesAt != null;
    }

    /**
     * The pipeline as it fills in history; as it is where none of the options is given.
     *
     * @param historyEnd when the history ends, as a time of arrival
     * @throws IllegalArgumentException if the options do not go together: the message says why
     * @throws java.time.format.DateTimeParseException if a time is none
     * @throws dev.millrace.PipelineException if the pipeline cannot
     */
    Plan plan(Plan plan, Instant historyEnd) {
        if (tablesAt == null) {
            requireNone();
            return plan;
        }
        if (epoch == null || windowsFrom == null || windowsUntil == null) {
            throw new IllegalArgumentException(TABLES_AT + " needs " + EPOCH + ", " + WINDOWS_FROM + " and "
                    + WINDOWS_UNTIL + ", which say which rows replace others, and which must not");
        }
        long own = plan.pipeline().tableRows().epoch();
        if (epoch <= own) {
            throw new IllegalArgumentException(EPOCH + " is " + epoch + ", and must be larger than the pipeline's, "
                    + own + ", whose rows are to be replaced");
        }
        Instant until = Instant.parse(windowsUntil);
        Instant latest = historyEnd.minus(longestWait(plan.pipeline()));
        if (until.isAfter(latest)) {
            throw new IllegalArgumentException(WINDOWS_UNTIL + " is " + until + ", and windows that end after " + latest
                    + " may still change where the pipeline runs: leave them to it");
        }
        Instant from = Instant.parse(windowsFrom);
        return Plan.of(plan.pipeline().backfill(new TableRows(epoch, from, until)));
    }

    /** What tells the state of a backfill from that of any other; empty where none of the options is given. */
    String identity() {
        return tablesAt == null
                ? ""
                : ", into tables at " + tablesAt + ", epoch " + epoch + ", windows " + windowsFrom + " to "
                        + windowsUntil;
    }

    private void requireNone() {
        List<Optional<String>> given = List.of(
                Optional.ofNullable(epoch).map(any -> EPOCH),
                Optional.ofNullable(windowsFrom).map(any -> WINDOWS_FROM),
                Optional.ofNullable(windowsUntil).map(any -> WINDOWS_UNTIL));
        given.stream().flatMap(Optional::stream).findFirst().ifPresent(option -> {
            throw new IllegalArgumentException(
                    option + " is for rows in tables that are in use: it needs " + TABLES_AT);
        });
    }

    /** How long after its end a window may still change, as events come on time. */
    private static Duration longestWait(Pipeline pipeline) {
        Transform.Source source = (Transform.Source) pipeline.operators().get(0).transform();
        Duration outOfOrder = source.eventTime() instanceof EventTime.Extracted<Object> extracted
                ? extracted.outOfOrderness()
                : Duration.ZERO;
        Duration lateness = pipeline.operators().stream()
                .map(operator ->
                        operator.transform() instanceof Transform.Aggregate aggregate && aggregate.windows() != null
                                ? aggregate.windows().allowedLateness()
                                : Duration.ZERO)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
        return outOfOrder.plus(lateness);
    }

    /**
     * Where the tables are; null where none is given.
     *
     * @throws CommandFailure if one is missing there, or cannot be reached
     */
    @Nullable
    AwsAddress tables(Plan plan, Map<String, String> environment) {
        if (tablesAt == null) {
            return null;
        }
        AwsAddress address = tablesAt.equals(AWS)
                ? AwsAddress.aws()
                : KinesisEndpoint.of(tablesAt, environment).address();
        try (AwsClients clients = address.clients()) {
            List<String> missing = PipelineResources.missingTables(clients, plan);
            if (!missing.isEmpty()) {
                throw new CommandFailure("there is no " + String.join(", and no ", missing) + " at " + address
                        + ", to write rows to: check the address, and whether the pipeline is deployed there.");
            }
        } catch (SdkException e) {
            throw tablesAt.equals(AWS)
                    ? new CommandFailure(e.getMessage() + " (AWS).", e)
                    : KinesisEndpoint.of(tablesAt, environment).failure(e);
        }
        return address;
    }
}

package dev.millrace.cdk;

import dev.millrace.PipelineDefinition;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.dynamodb.ITable;
import software.amazon.awscdk.services.kinesis.IStream;

/**
 * What a pipeline is deployed from, and what can be chosen. Made by {@link #builder}.
 *
 * @param definition the class that defines the pipeline
 * @param jar the jar with that class and all that it needs but what Lambda brings
 * @param functions how the functions run, by stage; that of the empty name is for those that have none of their own
 * @param mappings how records are delivered, by stage, likewise
 * @param streams streams that exist, and are not to be made
 * @param tables tables of results that exist, and are not to be made
 * @param stateTable the table of the pipeline's state, where it exists
 * @param retention how long the source and internal streams that are made keep records
 * @param deadLetterRetention how long the stream of dead letters that is made keeps them
 * @param internalStreamShards how many shards each internal stream is made with
 * @param idleTimeout how long after its last record a shard counts as idle
 * @param tickInterval how often each stage looks whether windows on idle shards close
 * @param removalPolicy what becomes of streams and tables when they leave the stack
 * @param alarms what alarms tell, and when
 * @param dashboard whether a dashboard is made
 */
public record StreamPipelineProps(
        Class<? extends PipelineDefinition> definition,
        Path jar,
        Map<String, FunctionProps> functions,
        Map<String, MappingProps> mappings,
        List<IStream> streams,
        List<ITable> tables,
        Optional<ITable> stateTable,
        Duration retention,
        Duration deadLetterRetention,
        int internalStreamShards,
        Duration idleTimeout,
        Duration tickInterval,
        RemovalPolicy removalPolicy,
        AlarmProps alarms,
        boolean dashboard) {
    /** Stands for all stages that nothing else is said of. */
    private static final String ALL_STAGES = "";

    private static final Duration SHORTEST_RETENTION = Duration.ofHours(24);
    private static final Duration LONGEST_RETENTION = Duration.ofDays(365);
    private static final Duration LONGEST_IDLE_TIMEOUT = Duration.ofDays(365);
    private static final Duration LONGEST_TICK_INTERVAL = Duration.ofDays(1);
    private static final int MOST_INTERNAL_SHARDS = 200;

    /** @throws IllegalArgumentException if a value cannot be: the message names it, and says what can */
    public StreamPipelineProps {
        functions = Map.copyOf(functions);
        mappings = Map.copyOf(mappings);
        streams = List.copyOf(streams);
        tables = List.copyOf(tables);
        retention("retention", retention);
        retention("deadLetterRetention", deadLetterRetention);
        Props.inRange("internalStreamShards", internalStreamShards, 1, MOST_INTERNAL_SHARDS);
        Props.seconds("idleTimeout", idleTimeout, Duration.ZERO, LONGEST_IDLE_TIMEOUT);
        // A schedule cannot go off more often.
        Duration minute = Duration.ofMinutes(1);
        Props.inRange("tickInterval", tickInterval, minute, LONGEST_TICK_INTERVAL, minute, "minutes");
    }

    private static void retention(String what, Duration value) {
        Props.inRange(what, value, SHORTEST_RETENTION, LONGEST_RETENTION, Duration.ofHours(1), "hours");
    }

    /**
     * What must be given.
     *
     * @param definition the class that defines the pipeline: public, with a public constructor without parameters
     * @param jar the jar for Lambda, with that class and all that it needs
     */
    public static Builder builder(Class<? extends PipelineDefinition> definition, Path jar) {
        return new Builder(definition, jar);
    }

    FunctionProps function(String stage) {
        return chosen(functions, stage).orElseGet(FunctionProps::defaults);
    }

    MappingProps mapping(String stage) {
        return chosen(mappings, stage).orElseGet(MappingProps::defaults);
    }

    private static <T> Optional<T> chosen(Map<String, T> byStage, String stage) {
        @Nullable T own = byStage.get(stage);
        return Optional.ofNullable(own == null ? byStage.get(ALL_STAGES) : own);
    }

    /** @throws IllegalArgumentException if something is chosen for a stage that the pipeline does not have */
    void checkStages(List<String> stages) {
        for (Map<String, ?> byStage : List.of(functions, mappings)) {
            for (String stage : byStage.keySet()) {
                if (!stage.equals(ALL_STAGES) && !stages.contains(stage)) {
                    throw new IllegalArgumentException("the pipeline has no stage '" + stage
                            + "', for which props are given; it has " + String.join(", ", stages));
                }
            }
        }
    }

    /** Chooses, step by step. Not safe for use by several threads. */
    public static final class Builder {
        private final Class<? extends PipelineDefinition> definition;
        private final Path jar;
        private final Map<String, FunctionProps> functions = new LinkedHashMap<>();
        private final Map<String, MappingProps> mappings = new LinkedHashMap<>();
        private final List<IStream> streams = new ArrayList<>();
        private final List<ITable> tables = new ArrayList<>();
        private Optional<ITable> stateTable = Optional.empty();
        private Duration retention = SHORTEST_RETENTION;
        private Duration deadLetterRetention = Duration.ofDays(7);
        private int internalStreamShards = 2;
        private Duration idleTimeout = Duration.ofSeconds(10);
        private Duration tickInterval = Duration.ofMinutes(1);
        private RemovalPolicy removalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
        private AlarmProps alarms = AlarmProps.defaults();
        private boolean dashboard = true;

        private Builder(Class<? extends PipelineDefinition> definition, Path jar) {
            this.definition = Objects.requireNonNull(definition, "definition");
            this.jar = Objects.requireNonNull(jar, "jar");
        }

        /**
         * How the functions of all stages run that have no props of their own.
         *
         * @default FunctionProps.defaults()
         */
        public Builder function(FunctionProps value) {
            return function(ALL_STAGES, value);
        }

        /**
         * How the function of one stage runs.
         *
         * @default what all stages have
         */
        public Builder function(String stage, FunctionProps value) {
            functions.put(stage, value);
            return this;
        }

        /**
         * How records are delivered to all stages that have no props of their own.
         *
         * @default MappingProps.defaults()
         */
        public Builder mapping(MappingProps value) {
            return mapping(ALL_STAGES, value);
        }

        /**
         * How records are delivered to one stage.
         *
         * @default what all stages have
         */
        public Builder mapping(String stage, MappingProps value) {
            mappings.put(stage, value);
            return this;
        }

        /**
         * A stream that exists, or that you make, in the same account and region: the source, an internal stream, one of results
         * or of dead letters, whichever the pipeline calls by its name. An internal stream must keep its shards, so it cannot be
         * on demand. Where a key of yours encrypts it and it is imported, import it with the key
         * ({@code Stream.fromStreamAttributes}): otherwise the functions may not use that.
         *
         * @default streams are made: on-demand where events or results flow, of one shard for dead letters
         */
        public Builder stream(IStream value) {
            streams.add(value);
            return this;
        }

        /**
         * A table of results that exists, or that you make, under the name that the pipeline calls it by, with the keys that
         * {@code millrace topology} shows, as text; in the same account and region. Where a key of yours encrypts it and it is
         * imported, import it with the key ({@code Table.fromTableAttributes}).
         *
         * @default tables are made: on demand, encrypted, with point-in-time recovery
         */
        public Builder table(ITable value) {
            tables.add(value);
            return this;
        }

        /**
         * A table that exists, or that you make, for the pipeline's state, of any name; its partition key is {@code pk}, text,
         * and its sort key {@code sk}, a number.
         *
         * @default a table is made: on demand, encrypted, with point-in-time recovery
         */
        public Builder stateTable(ITable value) {
            stateTable = Optional.of(value);
            return this;
        }

        /**
         * How long the source and the internal streams that are made keep records: whole hours, 24 hours to 365 days. A
         * pipeline that has stopped for longer loses records.
         *
         * @default 24 hours
         */
        public Builder retention(Duration value) {
            retention = value;
            return this;
        }

        /**
         * How long the stream of dead letters that is made keeps them: whole hours, 24 hours to 365 days. Results that go to the
         * same stream are kept as long.
         *
         * @default 7 days
         */
        public Builder deadLetterRetention(Duration value) {
            deadLetterRetention = value;
            return this;
        }

        /**
         * How many shards each internal stream is made with, 1 to 200: so many partitions has the stage that reads it. Not to be
         * changed once the pipeline is deployed: its keys are bound to these shards, and it stops rather than mix them up.
         *
         * @default 2
         */
        public Builder internalStreamShards(int value) {
            internalStreamShards = value;
            return this;
        }

        /**
         * How long after its last record a shard counts as idle, so that its event time goes on with the clock: whole seconds, 0
         * to 365 days.
         *
         * @default 10 seconds
         */
        public Builder idleTimeout(Duration value) {
            idleTimeout = value;
            return this;
        }

        /**
         * How often each stage looks whether windows on idle shards close: whole minutes, 1 minute to a day.
         *
         * @default 1 minute
         */
        public Builder tickInterval(Duration value) {
            tickInterval = value;
            return this;
        }

        /**
         * What becomes of streams and tables when they leave the stack, or the stack is deleted. With {@code RETAIN} they stay as
         * well where their creation is rolled back, and are in the way of the next attempt.
         *
         * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
         */
        public Builder removalPolicy(RemovalPolicy value) {
            removalPolicy = value;
            return this;
        }

        /**
         * What alarms tell, and when.
         *
         * @default AlarmProps.defaults()
         */
        public Builder alarms(AlarmProps value) {
            alarms = value;
            return this;
        }

        /**
         * Whether a CloudWatch dashboard is made.
         *
         * @default true
         */
        public Builder dashboard(boolean value) {
            dashboard = value;
            return this;
        }

        /** @throws IllegalArgumentException if a value cannot be: the message names it, and says what can */
        public StreamPipelineProps build() {
            return new StreamPipelineProps(
                    definition,
                    jar,
                    functions,
                    mappings,
                    streams,
                    tables,
                    stateTable,
                    retention,
                    deadLetterRetention,
                    internalStreamShards,
                    idleTimeout,
                    tickInterval,
                    removalPolicy,
                    alarms,
                    dashboard);
        }
    }
}

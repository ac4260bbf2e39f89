package dev.millrace.local.view;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import dev.millrace.driver.PartitionDriver;
import dev.millrace.engine.Position;
import dev.millrace.local.mapping.StageFunction;
import dev.millrace.local.source.SourceStream;
import dev.millrace.plan.Plan;
import dev.millrace.sink.Emitter;
import dev.millrace.sink.IdentifiedOutput;
import dev.millrace.state.LogName;
import dev.millrace.state.StateLog;
import dev.millrace.state.StateLogStore;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees what a running pipeline does, in the threads that do it, and keeps counts and the last few of everything. What it cannot make
 * sense of it leaves out: a failure here fails nothing else.
 */
public final class PipelineWatch implements PipelineObserver {
    private static final Logger LOG = LoggerFactory.getLogger(PipelineWatch.class);
    /** A page asks each second. */
    private static final long WATCHED_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Plan plan;
    private final Clock clock;
    private final Map<String, StageWatch> stages = new LinkedHashMap<>();
    private final long startMillis;
    private volatile long lastAskedNanos = System.nanoTime() - WATCHED_NANOS;

    PipelineWatch(Plan plan, Clock clock) {
        this.plan = plan;
        this.clock = clock;
        this.startMillis = clock.millis();
        plan.stages().forEach(stage -> stages.put(stage.name(), new StageWatch(plan, stage, clock)));
    }

    Plan plan() {
        return plan;
    }

    Clock clock() {
        return clock;
    }

    long startMillis() {
        return startMillis;
    }

    List<StageWatch> stages() {
        return new ArrayList<>(stages.values());
    }

    /** Somebody watches: for some seconds there is more to be seen. */
    void asked() {
        lastAskedNanos = System.nanoTime();
    }

    /** Takes the samples that rates and percentiles are made of; about once a second. */
    void sample() {
        long nowNanos = System.nanoTime();
        stages.values().forEach(stage -> stage.sample(nowNanos));
    }

    /** Only of the plan's stages is anything asked. */
    private StageWatch stage(String name) {
        StageWatch stage = stages.get(name);
        if (stage == null) {
            throw new IllegalArgumentException("no stage '" + name + "'");
        }
        return stage;
    }

    private static void contained(Runnable observation) {
        try {
            observation.run();
        } catch (RuntimeException | Error e) {
            LOG.debug("Something was not observed", e);
        }
    }

    @Override
    public void used(LogName name, PartitionDriver driver, StateLog log, StateLogStore store) {
        contained(() -> {
            StageWatch stage = stage(name.stage());
            boolean isWatched = System.nanoTime() - lastAskedNanos < WATCHED_NANOS;
            boolean hasCommitted = stage.partition(name.partition()).look(driver, log, store, isWatched);
            Position position = hasCommitted ? log.progress().position() : null;
            if (position != null && !position.insideAggregate()) {
                stage.doneTo(name.partition(), position.sequenceNumber());
            }
        });
    }

    @Override
    public Emitter emitter(Emitter emitter) {
        return outputs -> {
            emitter.emit(outputs);
            contained(() -> emitted(outputs));
        };
    }

    private void emitted(List<IdentifiedOutput> outputs) {
        stage(outputs.get(0).id().stage()).emitted(outputs);
    }

    @Override
    public Emitter exchange(String stage, Emitter emitter) {
        StageWatch to = stage(stage);
        return outputs -> {
            Object sent = new Object();
            to.sending(sent);
            boolean isFailure = true;
            try {
                emitter.emit(outputs);
                isFailure = false;
            } finally {
                to.taken(sent, isFailure);
            }
        };
    }

    @Override
    public SourceStream stream(String stage, SourceStream stream) {
        return new ObservedStream(stream, stage(stage));
    }

    @Override
    public StageFunction function(String stage, StageFunction function) {
        StageWatch watch = stage(stage);
        return event -> {
            long startNanos = System.nanoTime();
            StreamsEventResponse response = null;
            try {
                response = function.handle(event);
                return response;
            } finally {
                StreamsEventResponse outcome = response;
                contained(() -> handled(watch, event, outcome, System.nanoTime() - startNanos));
            }
        };
    }

    /** @param response null where the function has thrown something */
    private static void handled(
            StageWatch stage, KinesisEvent event, @Nullable StreamsEventResponse response, long nanos) {
        List<KinesisEvent.KinesisEventRecord> records = event.getRecords();
        if (records == null || records.isEmpty()) {
            return;
        }
        List<StreamsEventResponse.BatchItemFailure> failures =
                response == null ? null : response.getBatchItemFailures();
        boolean isFailure = response == null || (failures != null && !failures.isEmpty());
        stage.batch(records.size(), nanos, isFailure);
        if (!isFailure) {
            KinesisEvent.KinesisEventRecord last = records.get(records.size() - 1);
            String id = last.getEventID();
            stage.doneTo(id.substring(0, id.indexOf(':')), last.getKinesis().getSequenceNumber());
        }
    }
}

package dev.millrace.local.compare;

import dev.millrace.lambda.HandlerSettings;
import dev.millrace.local.mapping.Checkpoints;
import dev.millrace.local.mapping.EventSourceMapping;
import dev.millrace.local.mapping.MappingSettings;
import dev.millrace.local.mapping.StageFunction;
import dev.millrace.plan.Stage;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** The real handler behind a local event source mapping for each stage, as {@code dev} has it. */
final class MicroBatches implements Processing {
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(10);

    /** The last first: each sends only to those before it here. */
    private final List<EventSourceMapping> mappings = new ArrayList<>();

    private final Environments last;

    private MicroBatches(Environments last) {
        this.last = last;
    }

    static MicroBatches start(
            Site site, MappingSettings settings, Workers workers, Function<String, Checkpoints> checkpoints) {
        List<Stage> stages = site.plan().stages();
        MicroBatches started = null;
        for (int i = stages.size() - 1; i >= 0; i--) {
            Stage stage = stages.get(i);
            Checkpoints ofStage = checkpoints.apply(stage.name());
            HandlerSettings handler = settings.function(stage.name(), ofStage, IDLE_TIMEOUT);
            Supplier<StageFunction> environments =
                    () -> StageFunction.inProcess(site.plan().pipeline(), handler, site.clients(), Clock.systemUTC());
            Environments function = Environments.of(started == null ? workers : new Workers.Default(), environments);
            if (started == null) {
                started = new MicroBatches(function);
            }
            started.mappings.add(EventSourceMapping.start(
                    site.streams().apply(stage.inputStream()), function, settings, ofStage, Clock.systemUTC()));
        }
        if (started == null) {
            throw new IllegalStateException("a plan has stages");
        }
        return started;
    }

    @Override
    public Map<String, Long> busyNanos() {
        return last.busyNanos();
    }

    @Override
    public void close() {
        for (int i = mappings.size() - 1; i >= 0; i--) {
            mappings.get(i).close();
        }
    }
}

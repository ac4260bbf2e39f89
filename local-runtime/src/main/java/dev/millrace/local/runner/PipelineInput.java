package dev.millrace.local.runner;

import dev.millrace.local.endpoint.LocalEndpoint;
import dev.millrace.local.source.Source;
import dev.millrace.local.source.SourceSettings;
import dev.millrace.local.source.SourceSpec;
import dev.millrace.local.source.SourceStream;
import dev.millrace.plan.Plan;
import java.util.function.Function;

/**
 * What a pipeline reads in place of, or as, its source stream.
 *
 * @param identity tells it from other inputs, whose positions say nothing of this one
 * @param stream it itself, once the local endpoint is there
 * @param closing lets go of what was opened
 */
public record PipelineInput(String identity, Function<LocalEndpoint, SourceStream> stream, Runnable closing)
        implements AutoCloseable {
    /**
     * What the text of an option says.
     *
     * @throws IllegalArgumentException if it cannot be opened with these settings
     * @throws dev.millrace.local.source.StreamReadException if it cannot be read
     */
    public static PipelineInput of(SourceSpec spec, Plan plan, SourceSettings settings) {
        String identity = spec.identity(settings);
        if (spec instanceof SourceSpec.Openable openable) {
            Source open = openable.open(settings);
            return new PipelineInput(identity, endpoint -> open.stream(), open::close);
        }
        return new PipelineInput(
                identity, endpoint -> SourceStream.of(endpoint.kinesis(), plan.sourceStream()), () -> {});
    }

    @Override
    public void close() {
        closing.run();
    }
}

package dev.millrace.local.junit;

import dev.millrace.Pipeline;
import dev.millrace.PipelineDefinition;
import dev.millrace.local.testing.Backend;
import dev.millrace.local.testing.RunningBackend;
import dev.millrace.local.testing.TestOptions;
import dev.millrace.local.testing.TestPipeline;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Runs a pipeline for each test of a class, which takes it for a parameter of type {@link TestPipeline}:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final MillraceExtension MILLRACE = MillraceExtension.of(WordCount.class);
 *
 * @Test
 * void wordsAreCounted(TestPipeline pipeline) { ... }
 * }</pre>
 *
 * <p>In a static field, one backend is started for the whole class; otherwise for each test. Each test has streams, tables
 * and state of its own. The backend is {@link Backend#configured} unless set. The tests of one class must not run at once.
 */
public final class MillraceExtension
        implements BeforeAllCallback, AfterEachCallback, AfterAllCallback, ParameterResolver {
    private final Supplier<Pipeline> pipelines;
    private final Supplier<Backend> backend;
    private final TestOptions options;
    /** The classes that are at work with it: one, and those that are nested in it. */
    private int classes;

    private @Nullable RunningBackend running;
    private @Nullable TestPipeline pipeline;

    private MillraceExtension(Supplier<Pipeline> pipelines, Supplier<Backend> backend, TestOptions options) {
        this.pipelines = pipelines;
        this.backend = backend;
        this.options = options;
    }

    /** Runs the pipeline that a class defines; a test fails where it defines none, and says why. */
    public static MillraceExtension of(Class<? extends PipelineDefinition> definition) {
        return of(() -> TestPipeline.load(definition));
    }

    /** @param pipelines asked once for each test */
    public static MillraceExtension of(Supplier<Pipeline> pipelines) {
        return new MillraceExtension(pipelines, Backend::configured, TestOptions.defaults());
    }

    /** The same at another backend. */
    public MillraceExtension at(Backend changed) {
        return new MillraceExtension(pipelines, () -> changed, options);
    }

    /** The same with another number of shards at the start of each test: 1 or more, 2 unless set. */
    public MillraceExtension withShards(int shards) {
        return new MillraceExtension(pipelines, backend, options.withShards(shards));
    }

    /** The same with another number of records that the function is given at most: 1 to 10,000, 100 unless set. */
    public MillraceExtension withBatchSize(int records) {
        return new MillraceExtension(pipelines, backend, options.withBatchSize(records));
    }

    /** The same with another time after which a shard counts as idle: ten seconds unless set. */
    public MillraceExtension withIdleTimeout(Duration timeout) {
        return new MillraceExtension(pipelines, backend, options.withIdleTimeout(timeout));
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        classes++;
        var unused = backend();
    }

    /**
     * The backend that runs now, started if need be; for what a test does beside its pipeline.
     *
     * @throws IllegalStateException if it cannot be had
     */
    public RunningBackend backend() {
        RunningBackend present = running;
        if (present == null) {
            present = backend.get().start();
            running = present;
        }
        return present;
    }

    /**
     * The pipeline of the test that runs, started if it does not run yet.
     *
     * @throws dev.millrace.PipelineException if there is none, or it cannot run: the message says why
     * @throws IllegalStateException if one of its streams or tables exists at the backend
     */
    public TestPipeline pipeline() {
        TestPipeline present = pipeline;
        if (present == null) {
            present = TestPipeline.start(pipelines.get(), backend(), options);
            pipeline = present;
        }
        return present;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        TestPipeline present = pipeline;
        pipeline = null;
        try {
            if (present != null) {
                present.close();
            }
        } finally {
            if (classes == 0) {
                close();
            }
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        classes--;
        if (classes == 0) {
            close();
        }
    }

    private void close() {
        RunningBackend present = running;
        running = null;
        if (present != null) {
            present.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TestPipeline.class;
    }

    @Override
    public TestPipeline resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return pipeline();
    }
}

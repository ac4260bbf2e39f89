package dev.millrace.cdk;

import dev.millrace.PipelineDefinition;
import dev.millrace.plan.PipelineLoader;
import dev.millrace.plan.Plan;
import dev.millrace.samples.clickstream.Clickstream;
import dev.millrace.samples.wordcount.WordCount;
import java.nio.file.Path;

/** A sample, with the jar that its build has made for Lambda. */
public enum Sample {
    CLICKSTREAM("clickstream", Clickstream.class),
    WORD_COUNT("word-count", WordCount.class);

    private static final Path FOLDER = Path.of(System.getProperty("millrace.samples", "../samples"));

    private final String id;
    private final Class<? extends PipelineDefinition> definition;

    Sample(String id, Class<? extends PipelineDefinition> definition) {
        this.id = id;
        this.definition = definition;
    }

    String id() {
        return id;
    }

    public Path jar() {
        return FOLDER.resolve(id).resolve("target/millrace-sample-" + id + "-lambda.jar");
    }

    Plan plan() {
        return Plan.of(PipelineLoader.load(definition.getName(), definition.getClassLoader()));
    }

    StreamPipelineProps.Builder props() {
        return StreamPipelineProps.builder(definition, jar());
    }
}

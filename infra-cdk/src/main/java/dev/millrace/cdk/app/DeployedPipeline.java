package dev.millrace.cdk.app;

import dev.millrace.PipelineDefinition;
import dev.millrace.plan.PipelineLoader;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.zip.ZipFile;

/**
 * The pipeline to deploy, read from the very jar that is deployed.
 *
 * @param name the pipeline's name
 * @param definition the class that defines it, loaded from the jar
 * @param jar the jar for Lambda
 */
record DeployedPipeline(String name, Class<? extends PipelineDefinition> definition, Path jar) {
    /** @throws IllegalArgumentException if there is no such jar, or no such pipeline in it: the message says which there are */
    static DeployedPipeline find(AppContext context, Path samples) {
        Path jar = context.jar().orElseGet(() -> sampleJar(context.pipeline(), samples));
        if (!Files.isRegularFile(jar)) {
            throw new IllegalArgumentException(
                    "there is no jar " + jar.toAbsolutePath() + ", which context jar names: build it first");
        }
        requireJar(jar);
        ClassLoader classes = new URLClassLoader(new URL[] {url(jar)}, PipelineDefinition.class.getClassLoader());
        PipelineDefinition definition = named(context.pipeline(), jar, classes);
        return new DeployedPipeline(PipelineLoader.define(definition).name(), definition.getClass(), jar);
    }

    private static void requireJar(Path jar) {
        try {
            new ZipFile(jar.toFile()).close();
        } catch (IOException e) {
            throw new IllegalArgumentException(jar.toAbsolutePath().normalize() + " is no jar: " + e.getMessage(), e);
        }
    }

    private static PipelineDefinition named(String name, Path jar, ClassLoader classes) {
        List<String> names = new ArrayList<>();
        try {
            for (PipelineDefinition definition : ServiceLoader.load(PipelineDefinition.class, classes)) {
                String found = PipelineLoader.define(definition).name();
                if (found.equals(name)) {
                    return definition;
                }
                names.add(found);
            }
        } catch (ServiceConfigurationError e) {
            throw new IllegalArgumentException(
                    "the jar " + jar.toAbsolutePath() + " lists a pipeline that cannot be made: " + e.getMessage(), e);
        }
        // Names may have dots, too; but what is listed goes by its name.
        String file = name.replace('.', '/') + ".class";
        if (name.contains(".") && classes.getResource(file) != null) {
            return PipelineLoader.instantiate(name, classes);
        }
        throw new IllegalArgumentException("there is no pipeline '" + name + "' in the jar "
                + jar.toAbsolutePath().normalize()
                + ", by its name or by its class with the package; in META-INF/services/"
                + PipelineDefinition.class.getName() + " it lists "
                + (names.isEmpty() ? "none" : String.join(", ", names)));
    }

    private static Path sampleJar(String name, Path samples) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(samples, "*")) {
            for (Path sample : jars) {
                Path jar = sample.resolve("target/launcher/millrace-sample-" + sample.getFileName() + "-lambda.jar");
                if (Files.isRegularFile(jar)) {
                    if (sample.endsWith(name)) {
                        return jar;
                    }
                    names.add(String.valueOf(sample.getFileName()));
                }
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("the samples in " + samples + " cannot be read: " + e.getMessage(), e);
        }
        Collections.sort(names);
        throw new IllegalArgumentException("there is no sample '" + name + "'; there are " + String.join(", ", names)
                + ". Another pipeline is deployed from its jar: -c jar=PATH");
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException("'" + jar + "' cannot be the path of a jar: " + e.getMessage(), e);
        }
    }
}

package dev.millrace.local.cli;

import dev.millrace.ExampleRecord;
import dev.millrace.Pipeline;
import dev.millrace.PipelineDefinition;
import dev.millrace.PipelineException;
import dev.millrace.local.packaged.PackagedJar;
import dev.millrace.plan.PipelineLoader;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Finds the pipeline that a person names: by its own name, or by the class that defines it. */
final class PipelineFinder {
    private final ClassLoader classLoader;

    private PipelineFinder(ClassLoader classLoader) {
        this.classLoader = classLoader;
    }

    /**
     * A pipeline, and what its definition says of it.
     *
     * @param className its definition's class, as in {@code Class.getName()}
     * @param example a record to try it with
     */
    record Found(Pipeline pipeline, String className, Optional<ExampleRecord> example) {}

    /**
     * Looks in the samples, and on a class path where one is given.
     *
     * @param classPath jars and folders, separated as the platform does it
     * @throws CommandFailure if something on it does not exist
     */
    static PipelineFinder on(@Nullable String classPath) {
        ClassLoader own = PipelineFinder.class.getClassLoader();
        if (classPath == null) {
            return new PipelineFinder(own);
        }
        List<URL> urls = new ArrayList<>();
        for (String element : classPath.split(File.pathSeparator)) {
            Path path = Path.of(element);
            if (!Files.exists(path)) {
                throw new CommandFailure("there is no '" + element + "', which --classpath names.");
            }
            try {
                urls.add(path.toUri().toURL());
            } catch (MalformedURLException e) {
                throw new CommandFailure("'" + element + "' cannot be on a class path: " + e.getMessage(), e);
            }
        }
        return new PipelineFinder(new URLClassLoader(urls.toArray(new URL[0]), own));
    }

    /**
     * The pipeline of a jar that would be deployed.
     *
     * @param nameOrClass its name, if the jar lists it, or its class; null where the jar lists just one
     * @throws CommandFailure if there is none, or it cannot be made: the message says why
     */
    static Found in(PackagedJar jar, @Nullable String nameOrClass) {
        ClassLoader classLoader = jar.classLoader();
        List<Found> listed = new ArrayList<>();
        try {
            if (nameOrClass != null && nameOrClass.contains(".")) {
                return define(PipelineLoader.instantiate(nameOrClass, classLoader));
            }
            for (String className : jar.pipelineClasses()) {
                listed.add(define(PipelineLoader.instantiate(className, classLoader)));
            }
        } catch (PipelineException e) {
            throw new CommandFailure(e.getMessage() + ".", e);
        }
        List<Found> matching = listed.stream()
                .filter(found -> nameOrClass == null || found.pipeline().name().equals(nameOrClass))
                .toList();
        if (matching.size() == 1) {
            return matching.get(0);
        }
        String names = String.join(
                ", ", listed.stream().map(found -> found.pipeline().name()).toList());
        throw new CommandFailure((nameOrClass == null
                        ? "which pipeline of '" + jar.path() + "'? "
                        : "there is no pipeline '" + nameOrClass + "' in '" + jar.path() + "'. ")
                + (listed.isEmpty()
                        ? "It lists none in " + PackagedJar.SERVICES + ": name the class that defines it,"
                                + " with its package."
                        : "It lists: " + names + "."));
    }

    /**
     * The pipeline of that name, or that the class of that name defines.
     *
     * @throws CommandFailure if there is none, or it cannot be made: the message says why
     */
    Found find(String nameOrClass) {
        Map<String, Found> byName = named();
        Found found = byName.get(nameOrClass);
        if (found != null) {
            return found;
        }
        if (!nameOrClass.contains(".")) {
            throw new CommandFailure(
                    "there is no pipeline '" + nameOrClass + "'. There are: "
                            + String.join(", ", byName.keySet())
                            + ". Your own is named by its class, with its package: --classpath target/classes com.example.Clicks");
        }
        try {
            return define(PipelineLoader.instantiate(nameOrClass, classLoader));
        } catch (PipelineException e) {
            throw new CommandFailure(e.getMessage() + ".", e);
        }
    }

    private Map<String, Found> named() {
        Map<String, Found> byName = new TreeMap<>();
        try {
            for (PipelineDefinition definition : ServiceLoader.load(PipelineDefinition.class, classLoader)) {
                Found found = define(definition);
                byName.put(found.pipeline().name(), found);
            }
        } catch (ServiceConfigurationError | PipelineException e) {
            throw new CommandFailure(
                    "a pipeline that META-INF/services/" + PipelineDefinition.class.getName()
                            + " lists cannot be made: " + e.getMessage() + ".",
                    e);
        }
        return byName;
    }

    private static Found define(PipelineDefinition definition) {
        Pipeline pipeline = PipelineLoader.define(definition);
        try {
            return new Found(pipeline, definition.getClass().getName(), definition.example());
        } catch (RuntimeException e) {
            throw new CommandFailure(
                    "pipeline class '" + definition.getClass().getName() + "' threw in example(): " + e + ".", e);
        }
    }
}

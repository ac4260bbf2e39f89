package dev.millrace.plan;

import dev.millrace.Pipeline;
import dev.millrace.PipelineDefinition;
import dev.millrace.PipelineException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import org.jspecify.annotations.Nullable;

/** Makes the pipeline that a class defines. */
public final class PipelineLoader {
    private PipelineLoader() {}

    /**
     * Loads a class, makes an instance of it and calls {@link PipelineDefinition#define}.
     *
     * @param className the class's full name, as in {@code Class.getName()}
     * @throws PipelineException if there is no such class, or it cannot define a pipeline: the message says why
     */
    public static Pipeline load(String className, ClassLoader classLoader) {
        return define(instantiate(className, classLoader));
    }

    /**
     * Loads a class and makes an instance of it.
     *
     * @throws PipelineException as {@link #load}
     */
    public static PipelineDefinition instantiate(String className, ClassLoader classLoader) {
        Class<?> type;
        try {
            type = Class.forName(className, true, classLoader);
        } catch (ClassNotFoundException e) {
            throw failed(className, "is not on the class path; check its full name, with its package", e);
        } catch (LinkageError e) {
            throw failed(className, "cannot be loaded: " + rootCause(e), e);
        }
        if (!PipelineDefinition.class.isAssignableFrom(type)) {
            throw failed(className, "does not implement " + PipelineDefinition.class.getName(), null);
        }
        if (type.isInterface() || Modifier.isAbstract(type.getModifiers())) {
            throw failed(className, "is abstract: name a class that can be instantiated", null);
        }
        return instantiate(className, type);
    }

    private static PipelineDefinition instantiate(String className, Class<?> type) {
        try {
            return (PipelineDefinition) type.getConstructor().newInstance();
        } catch (InvocationTargetException e) {
            throw failed(className, "threw in its constructor: " + rootCause(e), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw failed(className, "must be public and have a public constructor without parameters, and does not", e);
        } catch (LinkageError e) {
            throw failed(className, "cannot be initialized: " + rootCause(e), e);
        }
    }

    /**
     * Calls {@link PipelineDefinition#define}.
     *
     * @throws PipelineException if that throws, or gives null
     */
    public static Pipeline define(PipelineDefinition definition) {
        String className = definition.getClass().getName();
        Pipeline pipeline;
        try {
            pipeline = definition.define();
        } catch (PipelineException e) {
            throw e;
        } catch (RuntimeException | LinkageError e) {
            throw failed(className, "threw in define(): " + rootCause(e), e);
        }
        if (pipeline == null) {
            throw failed(className, "gave null in define()", null);
        }
        return pipeline;
    }

    private static PipelineException failed(String className, String why, @Nullable Throwable cause) {
        PipelineException exception = new PipelineException("pipeline class '" + className + "' " + why);
        if (cause != null) {
            exception.initCause(cause);
        }
        return exception;
    }

    private static Throwable rootCause(Throwable throwable) {
        Throwable cause = throwable;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return cause;
    }
}

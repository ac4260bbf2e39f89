package dev.millrace.cdk;

import dev.millrace.lambda.KinesisHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The jar that goes to Lambda. */
final class FunctionJar {
    /** Lambda's limit for a function's code, unpacked. */
    private static final long MOST_BYTES = 250L * 1024 * 1024;

    private FunctionJar() {}

    /** @throws IllegalArgumentException if the jar cannot be a function's, or does not define the pipeline */
    static void check(Path jar, Class<?> definition) {
        if (!Files.isRegularFile(jar)) {
            throw new IllegalArgumentException(
                    "there is no jar " + jar.toAbsolutePath()
                            + ": build it first, for example with mvn package, and give the path of the one with all dependencies");
        }
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            long bytes = zip.stream()
                    .mapToLong(entry -> Math.max(0, entry.getSize()))
                    .sum();
            if (bytes > MOST_BYTES) {
                throw new IllegalArgumentException("the jar " + jar.toAbsolutePath() + " has "
                        + bytes / 1024 / 1024
                        + " MB unpacked, and Lambda takes 250 MB: leave out what the function does"
                        + " not need");
            }
            require(zip, jar, definition.getName(), "it is not the jar of this pipeline");
            require(
                    zip,
                    jar,
                    KinesisHandler.class.getName(),
                    "it must hold all dependencies, millrace-functions among them");
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "the jar " + jar.toAbsolutePath() + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static void require(ZipFile zip, Path jar, String className, String why) {
        ZipEntry entry = zip.getEntry(className.replace('.', '/') + ".class");
        if (entry == null) {
            throw new IllegalArgumentException(
                    "the jar " + jar.toAbsolutePath() + " has no class " + className + ": " + why);
        }
    }
}

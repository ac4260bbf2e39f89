package dev.millrace.local.packaged;

import dev.millrace.PipelineDefinition;
import dev.millrace.lambda.KinesisHandler;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** A jar with a pipeline and all that its functions need. */
public final class PackagedJar {
    /** Where a jar lists its pipelines. */
    public static final String SERVICES = "META-INF/services/" + PipelineDefinition.class.getName();

    private static final String HANDLER = KinesisHandler.class.getName().replace('.', '/') + ".class";

    private final Path path;
    private final List<String> listed;

    private PackagedJar(Path path, List<String> listed) {
        this.path = path;
        this.listed = listed;
    }

    /** @throws PackagedFunctionException if there is no such jar, or it is none that can run on Lambda */
    public static PackagedJar open(Path path) {
        if (!Files.isRegularFile(path)) {
            throw new PackagedFunctionException(
                    (Files.exists(path) ? "'" + path + "' is not a file" : "there is no '" + path + "'")
                            + ": give the jar that would be deployed, such as target/my-pipeline-lambda.jar");
        }
        try (ZipFile jar = new ZipFile(path.toFile())) {
            if (jar.getEntry(HANDLER) == null) {
                throw new PackagedFunctionException("'" + path + "' does not have " + KinesisHandler.class.getName()
                        + ", which handles a function's events: give a jar that has all that the function needs in it,"
                        + " Millrace included, as the samples' builds make it");
            }
            return new PackagedJar(path.toAbsolutePath().normalize(), listed(jar));
        } catch (ZipException e) {
            throw new PackagedFunctionException("'" + path + "' is not a jar: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new PackagedFunctionException("'" + path + "' cannot be read: " + e, e);
        }
    }

    private static List<String> listed(ZipFile jar) throws IOException {
        @Nullable ZipEntry services = jar.getEntry(SERVICES);
        if (services == null) {
            return List.of();
        }
        try (InputStream in = jar.getInputStream(services)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.replaceFirst("#.*", "").strip())
                    .filter(line -> !line.isEmpty())
                    .distinct()
                    .toList();
        }
    }

    /** Absolute. */
    public Path path() {
        return path;
    }

    /** The classes of the pipelines that the jar lists in {@code META-INF/services}; may be none. */
    public List<String> pipelineClasses() {
        return listed;
    }

    /** For the pipeline's description; its functions have processes of their own. */
    public ClassLoader classLoader() {
        try {
            return new JarClassLoader(path.toUri().toURL());
        } catch (MalformedURLException e) {
            throw new PackagedFunctionException("'" + path + "' cannot be on a class path: " + e.getMessage(), e);
        }
    }
}

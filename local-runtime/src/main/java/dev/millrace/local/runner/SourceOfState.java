package dev.millrace.local.runner;

import dev.millrace.local.source.SourceSpec;
import dev.millrace.plan.Plan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * What source the state of a data directory's pipelines comes of. A position says nothing in another source: what comes before it
 * there would be passed over without a word.
 */
public final class SourceOfState {
    private static final String FOLDER = "sources";

    private SourceOfState() {}

    /**
     * Notes the source, or requires that it is the one noted.
     *
     * @param source its {@link SourceSpec#identity}
     * @throws OtherSourceException if it is another
     * @throws UncheckedIOException if the directory cannot be read or written
     */
    public static void check(Path directory, Plan plan, String source) {
        String name = plan.pipeline().name();
        Path file = directory.resolve(FOLDER).resolve(name);
        try {
            String known = read(file);
            if (known.isEmpty()) {
                Files.createDirectories(file.getParent());
                Path temporary = file.resolveSibling(name + ".new");
                Files.writeString(temporary, source);
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } else if (!known.equals(source)) {
                throw new OtherSourceException("the data directory " + directory + " has the state of pipeline '" + name
                        + "' as it reads '" + known + "', and positions there say nothing of '" + source
                        + "'. Go on with that source, or give another directory with --data-dir.");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) throws IOException {
        try {
            return Files.readString(file).strip();
        } catch (NoSuchFileException e) {
            return "";
        }
    }
}

package dev.millrace.local.lines;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Tells the person who named a file what is wrong with it. */
public final class InputFile {
    private InputFile() {}

    /**
     * Looks whether a file can be read.
     *
     * @throws NoSuchFileException if there is none
     * @throws AccessDeniedException if this user may not read it
     * @throws IOException if it is a directory
     */
    public static void requireReadable(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException("it is a directory");
        }
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        if (!Files.isReadable(file)) {
            throw new AccessDeniedException(file.toString());
        }
    }

    /** What to say of a file that cannot be opened, in sentences. */
    public static String whyUnreadable(Path file, IOException problem) {
        if (Files.isDirectory(file)) {
            return "'" + file + "' is a directory: name a file of lines, or - for standard input.";
        }
        if (problem instanceof NoSuchFileException) {
            return "there is no file '" + file + "' (in " + Path.of("").toAbsolutePath() + ").";
        }
        if (problem instanceof AccessDeniedException) {
            return "file '" + file + "' may not be read by this user.";
        }
        return "cannot read file '" + file + "': " + problem;
    }
}

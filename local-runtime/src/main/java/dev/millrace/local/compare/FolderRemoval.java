package dev.millrace.local.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Removes a folder that a process may still write to, which is about to end. */
final class FolderRemoval {
    private static final int ATTEMPTS = 20;
    private static final long PAUSE_MILLIS = 100;

    private FolderRemoval() {}

    /** @throws UncheckedIOException if it cannot be removed */
    static void remove(Path directory) {
        for (int attempt = 1; ; attempt++) {
            try {
                removeOnce(directory);
                return;
            } catch (IOException | UncheckedIOException e) {
                if (attempt == ATTEMPTS) {
                    throw e instanceof IOException io ? new UncheckedIOException(io) : (UncheckedIOException) e;
                }
            }
            try {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static void removeOnce(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        List<Path> files;
        try (Stream<Path> all = Files.walk(directory)) {
            files = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }
}

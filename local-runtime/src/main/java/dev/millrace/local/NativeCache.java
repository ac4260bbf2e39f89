package dev.millrace.local;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;

/**
 * Native libraries that come in jars, in a directory of the user's own: a copy in the temporary directory would stay there
 * whenever a process is killed.
 */
public final class NativeCache {
    private NativeCache() {}

    /** Where the libraries for a platform are; it may not exist yet. */
    public static Path directory(String platform) {
        String xdg = System.getenv("XDG_CACHE_HOME");
        Path home = Path.of(System.getProperty("user.home"));
        Path base = xdg == null || xdg.isBlank() ? home.resolve(".cache") : Path.of(xdg);
        return base.resolve("millrace").resolve("native").resolve(platform.replace('/', '-'));
    }

    /**
     * Puts a library in place unless it is there already; several processes may do so at once.
     *
     * @return its file
     * @throws IOException if the directory, which only its owner may use, cannot be made or written
     */
    public static Path install(Path directory, String name, byte[] library) throws IOException {
        createOwnerOnly(directory);
        Path target = directory.resolve(name);
        if (Files.isRegularFile(target) && Arrays.equals(Files.readAllBytes(target), library)) {
            return target;
        }
        Path temporary = Files.createTempFile(directory, name, ".new");
        try {
            Files.write(temporary, library);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
        return target;
    }

    private static void createOwnerOnly(Path directory) throws IOException {
        Files.createDirectories(directory);
        FileStore store = Files.getFileStore(directory);
        if (store.supportsFileAttributeView(PosixFileAttributeView.class)) {
            // Nobody else may put a library there for this user to load.
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        }
    }
}

package dev.millrace.local.endpoint;

import com.amazonaws.services.dynamodbv2.local.shared.access.sqlite.SQLiteLibraryLoader;
import com.amazonaws.services.dynamodbv2.local.shared.access.sqlite.SQLiteLibraryLoaderUtil;
import dev.millrace.local.NativeCache;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The native SQLite library that DynamoDB Local needs. Its jar brings one for each platform; left to itself it would copy
 * it to the temporary directory under a new name at every start, and leave it there when killed. So the library is kept
 * in a directory of the user's own, and loaded from there.
 */
final class NativeSqlite {
    private static final String LIBRARY_PATH = "org.sqlite.lib.path";

    private NativeSqlite() {}

    /** Loads the library, once per process; thread-safe. */
    static synchronized void load() {
        String platform = SQLiteLibraryLoaderUtil.getNativeLibFolderPathForCurrentOS();
        String name = SQLiteLibraryLoaderUtil.getNativeLibName();
        String before = System.getProperty(LIBRARY_PATH);
        try {
            if (before == null) {
                Path directory = NativeCache.directory(platform);
                Path unused = NativeCache.install(directory, name, resource(platform, name));
                System.setProperty(LIBRARY_PATH, directory.toString());
            }
            SQLiteLibraryLoader.initialize();
        } catch (LocalEndpointException e) {
            throw e;
        } catch (Exception e) {
            throw new LocalEndpointException.UnsupportedPlatform(
                    "DynamoDB Local's native library " + name + " for " + platform + " cannot be loaded: " + e
                            + ". If the user's cache directory cannot be written, set the system property "
                            + LIBRARY_PATH + " to a directory that holds the library.",
                    e);
        } finally {
            // Other users of SQLite in this process look at the same property.
            if (before == null) {
                System.clearProperty(LIBRARY_PATH);
            }
        }
    }

    /** The library in DynamoDB Local's jar. */
    static byte[] resource(String platform, String name) throws IOException {
        try (@Nullable
                InputStream in = SQLiteLibraryLoader.class.getResourceAsStream("native/" + platform + "/" + name)) {
            if (in == null) {
                throw new LocalEndpointException.UnsupportedPlatform(
                        "DynamoDB Local has no native library for this platform (" + platform
                                + "). It runs on Linux and"
                                + " macOS (x86_64 and aarch64) and on Windows (x86_64). On another platform, run"
                                + " millrace in a container or a virtual machine of one of these.",
                        null);
            }
            return in.readAllBytes();
        }
    }
}

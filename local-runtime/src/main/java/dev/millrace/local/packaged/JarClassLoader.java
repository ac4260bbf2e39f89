package dev.millrace.local.packaged;

import dev.millrace.Pipeline;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Loads a pipeline from the jar that it is packaged in, though this process may have other classes of the same names, such as
 * the samples'. What the pipeline's description is made of must be this process's: Millrace's classes, and the libraries
 * whose types are in its API.
 */
final class JarClassLoader extends URLClassLoader {
    private static final List<String> LIBRARIES =
            List.of("com.fasterxml.jackson.", "software.amazon.", "com.amazonaws.", "org.slf4j.", "org.jspecify.");

    private static final String MILLRACE = "dev.millrace.";

    static {
        registerAsParallelCapable();
    }

    JarClassLoader(URL jar) {
        super(new URL[] {jar}, JarClassLoader.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded == null && !isShared(name) && findResource(fileName(name)) != null) {
                loaded = findClass(name);
            }
            if (loaded == null) {
                return super.loadClass(name, resolve);
            }
            if (resolve) {
                resolveClass(loaded);
            }
            return loaded;
        }
    }

    private boolean isShared(String name) {
        return LIBRARIES.stream().anyMatch(name::startsWith) || (name.startsWith(MILLRACE) && isOfTheLibrary(name));
    }

    /** Whether it lies where the API lies: samples have names that begin in the same way. */
    private boolean isOfTheLibrary(String name) {
        @Nullable URL found = getParent().getResource(fileName(name));
        URL library = Pipeline.class.getProtectionDomain().getCodeSource().getLocation();
        return found != null && found.toString().contains(library.toString());
    }

    private static String fileName(String className) {
        return className.replace('.', '/') + ".class";
    }
}

package dev.millrace.local.packaged;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import dev.millrace.local.NativeCache;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.utilslite.SdkInternalThreadLocal;

/**
 * AWS's runtime interface client, which starts a function on Lambda: where it is, and its native library.
 *
 * @param classPath its jar, and those it needs
 * @param nativeLibrary loaded from here: by itself it would copy it to one place in {@code /tmp}, where processes that start
 *     at once would be in each other's way
 * @param taskRoot an empty directory to run in: on Lambda it has the function's code, and the client looks there
 */
record RuntimeClient(String classPath, Path nativeLibrary, Path taskRoot) {
    static final String MAIN_CLASS = AWSLambda.class.getName();
    static final String NATIVE_LIBRARY_PROPERTY =
            "com.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI";

    /** @throws PackagedFunctionException if it does not run on this machine */
    static RuntimeClient find() {
        String library = libraryName(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
        try (@Nullable InputStream in = AWSLambda.class.getResourceAsStream("/jni/" + library)) {
            if (in == null) {
                throw new IOException("it is not in the client's jar");
            }
            Path installed = NativeCache.install(NativeCache.directory("lambda"), library, in.readAllBytes());
            return new RuntimeClient(
                    classPathOfClient(), installed, Files.createDirectories(installed.resolveSibling("task")));
        } catch (IOException | URISyntaxException e) {
            throw new PackagedFunctionException(
                    "AWS's runtime interface client cannot be used: its native library " + library
                            + " cannot be put into " + NativeCache.directory("lambda") + ": " + e,
                    e);
        }
    }

    /** The name of the native library for a platform, given by Java's names for it. */
    static String libraryName(String osName, String architecture) {
        String machine =
                switch (architecture.toLowerCase(Locale.ROOT)) {
                    case "amd64", "x86_64" -> "x86_64";
                    case "aarch64", "arm64" -> "aarch_64";
                    default -> "";
                };
        if (!osName.equals("Linux") || machine.isEmpty()) {
            throw new PackagedFunctionException("packaged functions run only on Linux, x86-64 or arm64, as on Lambda:"
                    + " AWS's runtime interface client has no native library for " + osName + " on " + architecture
                    + ". Run the pipeline without --packaged here, or in a Linux container or virtual machine");
        }
        return "libaws-lambda-jni.linux" + (isMusl(machine) ? "_musl" : "") + "-" + machine + ".so";
    }

    /** Systems of the other C library may have this one, too, for cross-compiling. */
    private static boolean isMusl(String machine) {
        boolean hasGlibc = Files.exists(
                Path.of(machine.equals("x86_64") ? "/lib64/ld-linux-x86-64.so.2" : "/lib/ld-linux-aarch64.so.1"));
        String musl = "/lib/ld-musl-" + machine.replace("aarch_64", "aarch64") + ".so.1";
        return !hasGlibc && Files.exists(Path.of(musl));
    }

    private static String classPathOfClient() throws URISyntaxException {
        StringBuilder path = new StringBuilder();
        for (Class<?> type :
                new Class<?>[] {AWSLambda.class, PojoSerializer.class, Context.class, SdkInternalThreadLocal.class}) {
            Path jar = Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
            path.append(path.isEmpty() ? "" : File.pathSeparator).append(jar);
        }
        return path.toString();
    }

    /** With the jar behind: the runtime's own classes come first, as on Lambda. */
    String classPathWith(Path jar) {
        return classPath + File.pathSeparator + jar;
    }
}

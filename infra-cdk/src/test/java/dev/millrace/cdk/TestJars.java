package dev.millrace.cdk;

import dev.millrace.lambda.KinesisHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Jars that have the names of what a function needs, and nothing else. */
final class TestJars {
    private TestJars() {}

    static Path with(Path folder, Class<?>... classes) {
        Path jar = folder.resolve("function.jar");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
            for (Class<?> type : classes) {
                zip.putNextEntry(new ZipEntry(type.getName().replace('.', '/') + ".class"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return jar;
    }

    /** A jar for {@link Orders}. */
    static Path ofOrders(Path folder) {
        return with(folder, Orders.class, KinesisHandler.class);
    }

    /** One more than that many megabytes, unpacked. */
    static Path large(Path folder, int megabytes) throws IOException {
        Path jar = folder.resolve("large.jar");
        byte[] zeros = new byte[1024 * 1024];
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
            zip.setLevel(1);
            zip.putNextEntry(new ZipEntry("large"));
            for (int i = 0; i <= megabytes; i++) {
                zip.write(zeros);
            }
        }
        return jar;
    }
}

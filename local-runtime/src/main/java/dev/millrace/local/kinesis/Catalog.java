package dev.millrace.local.kinesis;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;

/**
 * Everything but records that must outlive the process, as one JSON file that is replaced whole: which streams and shards
 * exist. It changes only with the streams, so its size does not matter; one file makes every change atomic.
 *
 * @param format version of the layout
 * @param nextStreamId for the next stream
 * @param ordinalFloor new streams begin above this ordinal, so that no sequence number of a deleted stream comes again
 * @param tokenKey in Base64; signs shard iterators, so that they stay valid when the endpoint is restarted
 * @param streams all streams
 */
record Catalog(int format, long nextStreamId, long ordinalFloor, String tokenKey, List<StreamDescription> streams) {
    private static final int FORMAT = 1;
    private static final String FILE = "catalog.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A catalog without streams. */
    static Catalog empty() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return new Catalog(FORMAT, 1, 0, Base64.getEncoder().encodeToString(key), List.of());
    }

    Catalog with(long newNextStreamId, long newOrdinalFloor, List<StreamDescription> newStreams) {
        return new Catalog(format, newNextStreamId, newOrdinalFloor, tokenKey, List.copyOf(newStreams));
    }

    static boolean exists(Path directory) {
        return Files.exists(directory.resolve(FILE));
    }

    /** Reads the directory's catalog, which must exist. */
    static Catalog read(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        Catalog catalog = JSON.readValue(file.toFile(), Catalog.class);
        if (catalog.format != FORMAT) {
            throw new IOException(
                    file + " has format " + catalog.format + ", but this version of Millrace reads format " + FORMAT
                            + ". Use another data directory, or the version that wrote it.");
        }
        return catalog;
    }

    /** Replaces the directory's catalog by this one: after a crash at any moment, either is there, whole. */
    void write(Path directory) throws IOException {
        Path temporary = directory.resolve(FILE + ".new");
        try (FileOutputStream out = new FileOutputStream(temporary.toFile())) {
            out.write(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
            out.getFD().sync();
        }
        Files.move(
                temporary,
                directory.resolve(FILE),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }
}

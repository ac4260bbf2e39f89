package dev.millrace.local.source;

import dev.millrace.sink.RecordWriter;
import dev.millrace.sink.StreamRecord;
import java.util.Locale;

/** Which lines are records: those that Kinesis would take. */
final class Lines {
    private Lines() {}

    static boolean fits(String key, byte[] data) {
        return new StreamRecord(key, data).size() <= RecordWriter.MAX_RECORD_BYTES;
    }

    /** @param which the line, at the beginning of a sentence */
    static String tooLong(String which) {
        return String.format(
                Locale.ROOT,
                "%s has more than %,d bytes, its partition key included, and a record may not: split or shorten it,"
                        + " or leave it out.",
                which,
                RecordWriter.MAX_RECORD_BYTES);
    }
}

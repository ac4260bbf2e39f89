package dev.millrace.local.endpoint;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The two forms in which Kinesis's requests and responses come. */
abstract class Wire {
    /** Binary data in Base64, timestamps in seconds with a fraction. */
    static final Wire JSON = new Wire("application/x-amz-json-1.1", new ObjectMapper()) {
        @Override
        void writeTimestamp(JsonGenerator out, long millis) throws IOException {
            out.writeNumber(BigDecimal.valueOf(millis, 3));
        }

        @Override
        double timestampMillis(double number) {
            return number * 1_000;
        }
    };

    /** Binary data as byte strings, timestamps in whole milliseconds with the tag for timestamps. */
    static final Wire CBOR = new Wire("application/x-amz-cbor-1.1", new ObjectMapper(new CBORFactory())) {
        private static final int TIMESTAMP_TAG = 1;

        @Override
        void writeTimestamp(JsonGenerator out, long millis) throws IOException {
            ((CBORGenerator) out).writeTag(TIMESTAMP_TAG);
            out.writeNumber(millis);
        }

        @Override
        double timestampMillis(double number) {
            return number;
        }
    };

    private final String contentType;
    private final ObjectMapper mapper;

    private Wire(String contentType, ObjectMapper mapper) {
        this.contentType = contentType;
        this.mapper = mapper;
    }

    String contentType() {
        return contentType;
    }

    ObjectMapper mapper() {
        return mapper;
    }

    abstract void writeTimestamp(JsonGenerator out, long millis) throws IOException;

    /** Milliseconds since 1970 of a timestamp in a request. */
    abstract double timestampMillis(double number);

    /** The form that a Content-Type header names, or null if it is neither. */
    static @Nullable Wire of(@Nullable String contentType) {
        if (contentType == null) {
            return null;
        }
        String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return switch (type) {
            case "application/x-amz-cbor-1.1" -> CBOR;
            case "application/x-amz-json-1.1", "application/json" -> JSON;
            default -> null;
        };
    }

    /** Writes a reply. */
    void write(Reply reply, OutputStream out) throws IOException {
        try (JsonGenerator generator = mapper.getFactory().createGenerator(out)) {
            generator.writeStartObject();
            reply.write(new WireWriter(this, generator));
            generator.writeEndObject();
        }
    }

    byte[] write(Reply reply) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        try {
            write(reply, out);
        } catch (IOException e) {
            throw new UncheckedIOException("Memory does not fail", e);
        }
        return out.toByteArray();
    }
}

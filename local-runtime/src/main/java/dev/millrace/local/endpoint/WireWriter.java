package dev.millrace.local.endpoint;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Writes fields of a response, in either form; a field whose value is null is left out. */
final class WireWriter {
    private final Wire wire;
    private final JsonGenerator out;

    WireWriter(Wire wire, JsonGenerator out) {
        this.wire = wire;
        this.out = out;
    }

    WireWriter text(String name, @Nullable String value) throws IOException {
        if (value != null) {
            out.writeStringField(name, value);
        }
        return this;
    }

    WireWriter number(String name, long value) throws IOException {
        out.writeNumberField(name, value);
        return this;
    }

    WireWriter flag(String name, boolean value) throws IOException {
        out.writeBooleanField(name, value);
        return this;
    }

    WireWriter timestamp(String name, long millis) throws IOException {
        out.writeFieldName(name);
        wire.writeTimestamp(out, millis);
        return this;
    }

    WireWriter bytes(String name, ByteBuffer value) throws IOException {
        byte[] copy = new byte[value.remaining()];
        value.duplicate().get(copy);
        out.writeBinaryField(name, copy);
        return this;
    }

    WireWriter object(String name, Reply fields) throws IOException {
        out.writeObjectFieldStart(name);
        fields.write(this);
        out.writeEndObject();
        return this;
    }

    /** Writes a list of objects. */
    <T> WireWriter objects(String name, Iterable<T> values, Element<T> element) throws IOException {
        out.writeArrayFieldStart(name);
        for (T value : values) {
            out.writeStartObject();
            element.write(value);
            out.writeEndObject();
        }
        out.writeEndArray();
        return this;
    }

    WireWriter texts(String name, Iterable<String> values) throws IOException {
        out.writeArrayFieldStart(name);
        for (String value : values) {
            out.writeString(value);
        }
        out.writeEndArray();
        return this;
    }

    @FunctionalInterface
    interface Element<T> {
        void write(T value) throws IOException;
    }
}

package dev.millrace.lambda;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Reads one message of the Protocol Buffers wire format: a sequence of fields, each a tag (field number and wire type) and a
 * value. Format: https://protobuf.dev/programming-guides/encoding/. Groups, which proto3 dropped and aggregated records
 * never had, are refused. What it hands out are views of the bytes that it was given, so it needs no memory of its own.
 */
final class ProtobufReader {
    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED_32 = 5;
    private static final int MAX_VARINT_BITS = 64;

    private final ByteBuffer bytes;
    private final String message;
    private int field;
    private int wireType;

    /** @param message what it is, for errors */
    ProtobufReader(ByteBuffer bytes, String message) {
        this.bytes = bytes.slice();
        this.message = message;
    }

    /** Goes to the next field, whose value must then be read or skipped; false at the end. */
    boolean next() throws CorruptedAggregateException {
        if (!bytes.hasRemaining()) {
            return false;
        }
        long tag = readVarint();
        long number = tag >>> 3;
        if (number < 1 || number > 0x1fff_ffff) {
            throw corrupted("field number " + Long.toUnsignedString(number) + " is not one");
        }
        field = (int) number;
        wireType = (int) (tag & 7);
        return true;
    }

    int field() {
        return field;
    }

    /** The value of a field of type uint64: unsigned. */
    long uint64() throws CorruptedAggregateException {
        expect(VARINT);
        return readVarint();
    }

    /** The value of a field of type bytes, or that is a message. */
    ByteBuffer bytes() throws CorruptedAggregateException {
        expect(LENGTH_DELIMITED);
        return take(readVarint());
    }

    String string() throws CorruptedAggregateException {
        ByteBuffer text = bytes();
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(text)
                    .toString();
        } catch (CharacterCodingException e) {
            throw corrupted("field " + field + " is not UTF-8 text");
        }
    }

    void skip() throws CorruptedAggregateException {
        switch (wireType) {
            case VARINT -> readVarint();
            case FIXED_64 -> take(Long.BYTES);
            case LENGTH_DELIMITED -> take(readVarint());
            case FIXED_32 -> take(Integer.BYTES);
            default -> throw corrupted("field " + field + " has wire type " + wireType + ", which is not in use");
        }
    }

    CorruptedAggregateException corrupted(String what) {
        return new CorruptedAggregateException(what + ", in the " + message);
    }

    private void expect(int expected) throws CorruptedAggregateException {
        if (wireType != expected) {
            throw corrupted("field " + field + " has wire type " + wireType + ", not " + expected);
        }
    }

    private long readVarint() throws CorruptedAggregateException {
        long value = 0;
        for (int shift = 0; shift < MAX_VARINT_BITS; shift += 7) {
            if (!bytes.hasRemaining()) {
                throw corrupted("a number is cut off at byte " + bytes.position());
            }
            byte next = bytes.get();
            if (shift == MAX_VARINT_BITS - 1 && (next & 0xfe) != 0) {
                break;
            }
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw corrupted("a number before byte " + bytes.position() + " has more than 64 bits");
    }

    private ByteBuffer take(long length) throws CorruptedAggregateException {
        if (length < 0 || length > bytes.remaining()) {
            throw corrupted("field " + field + " says it has " + Long.toUnsignedString(length) + " bytes, and "
                    + bytes.remaining() + " are left");
        }
        ByteBuffer value = bytes.slice(bytes.position(), (int) length);
        bytes.position(bytes.position() + (int) length);
        return value;
    }
}

package dev.millrace.codec;

import com.fasterxml.jackson.core.type.TypeReference;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** The codecs that come with Millrace. */
public final class Codecs {
    private static final Codec<String> STRING = new StringCodec();
    private static final Codec<byte[]> BYTES = new BytesCodec();
    private static final Codec<Long> LONG = new LongCodec();
    private static final Codec<Double> DOUBLE = new DoubleCodec();

    private Codecs() {}

    /**
     * JSON, by Jackson. Unknown properties are ignored and {@link java.time.Instant}s are ISO-8601; a property of another
     * type than the class declares (a number for a string, say), anything after the value, and a bare {@code null} are
     * refused.
     */
    public static <T> Codec<T> json(Class<T> type) {
        return JsonCodec.of(type);
    }

    /** As {@link #json(Class)}, for generic types. */
    public static <T> Codec<T> json(TypeReference<T> type) {
        return JsonCodec.of(type);
    }

    /** UTF-8 text; bytes that are not UTF-8 are refused, and so is text with half of a surrogate pair. */
    public static Codec<String> string() {
        return STRING;
    }

    /** The bytes as they are. */
    public static Codec<byte[]> bytes() {
        return BYTES;
    }

    /** Whole numbers, in one to ten bytes: small ones, of either sign, are short. */
    public static Codec<Long> longs() {
        return LONG;
    }

    /** Floating-point numbers, in eight bytes. */
    public static Codec<Double> doubles() {
        return DOUBLE;
    }

    /**
     * What kind of codec one is, as a word that never changes: {@code string}, {@code bytes}, {@code long}, {@code double} or
     * {@code json}; {@code own} for any other.
     */
    public static String kindOf(Codec<?> codec) {
        if (codec == STRING) {
            return "string";
        }
        if (codec == BYTES) {
            return "bytes";
        }
        if (codec == LONG) {
            return "long";
        }
        if (codec == DOUBLE) {
            return "double";
        }
        return codec instanceof JsonCodec ? "json" : "own";
    }

    private static final class StringCodec implements Codec<String> {
        @Override
        public byte[] encode(String value) {
            byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
            // Half of a surrogate pair has no bytes, and becomes a question mark: two keys would become one.
            if (hasQuestionMark(bytes) && !StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
                throw new CodecException("not text: it has half of a surrogate pair");
            }
            return bytes;
        }

        private static boolean hasQuestionMark(byte[] bytes) {
            for (byte each : bytes) {
                if (each == '?') {
                    return true;
                }
            }
            return false;
        }

        @Override
        public String decode(byte[] bytes) {
            try {
                CharBuffer text = StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT)
                        .decode(ByteBuffer.wrap(bytes));
                return text.toString();
            } catch (CharacterCodingException e) {
                throw new CodecException("not UTF-8 text: " + e.getMessage(), e);
            }
        }
    }

    private static final class BytesCodec implements Codec<byte[]> {
        @Override
        public byte[] encode(byte[] value) {
            return value;
        }

        @Override
        public byte[] decode(byte[] bytes) {
            return bytes.clone();
        }
    }

    private static final class LongCodec implements Codec<Long> {
        @Override
        public byte[] encode(Long value) {
            long zigzag = (value << 1) ^ (value >> 63);
            int length = zigzag == 0 ? 1 : (63 - Long.numberOfLeadingZeros(zigzag)) / 7 + 1;
            byte[] bytes = new byte[length];
            for (int i = 0; i < length; i++) {
                bytes[i] = (byte) ((zigzag & 0x7f) | (i + 1 < length ? 0x80 : 0));
                zigzag >>>= 7;
            }
            return bytes;
        }

        @Override
        public Long decode(byte[] bytes) {
            if (bytes.length == 0 || bytes.length > 10) {
                throw new CodecException("not a whole number: " + bytes.length + " bytes");
            }
            long zigzag = 0;
            for (int i = 0; i < bytes.length; i++) {
                if ((bytes[i] < 0) != (i + 1 < bytes.length)) {
                    throw new CodecException("not a whole number: it ends at byte " + (i + 1) + " of " + bytes.length);
                }
                zigzag |= (long) (bytes[i] & 0x7f) << (7 * i);
            }
            return (zigzag >>> 1) ^ -(zigzag & 1);
        }
    }

    private static final class DoubleCodec implements Codec<Double> {
        @Override
        public byte[] encode(Double value) {
            return ByteBuffer.allocate(Double.BYTES).putDouble(value).array();
        }

        @Override
        public Double decode(byte[] bytes) {
            if (bytes.length != Double.BYTES) {
                throw new CodecException("not a floating-point number: " + bytes.length + " bytes, not 8");
            }
            return ByteBuffer.wrap(bytes).getDouble();
        }
    }
}

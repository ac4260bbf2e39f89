package dev.millrace.codec;

/**
 * Turns values into bytes and back. Used for records, keys, accumulators and outputs.
 *
 * <p>A codec must be safe for use by several threads, must give the same bytes for equal values (keys are told apart by
 * their bytes), and must read what earlier versions of itself have written, since state outlives deployments.
 *
 * @param <T> the type of the values; never null
 */
public interface Codec<T> {
    /**
     * @return the bytes of {@code value}; the caller may keep them but not change them
     * @throws CodecException if the value cannot be encoded
     */
    byte[] encode(T value);

    /**
     * @param bytes what to decode; not to be changed or kept
     * @throws CodecException if the bytes are not what {@link #encode} would give; the message is for a person
     */
    T decode(byte[] bytes);
}

package dev.millrace.local.kinesis;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Shard iterators as signed tokens: they say all that is needed to read on, so that the service keeps nothing for them,
 * and the signature tells those that it did not issue.
 */
final class ShardIterators {
    private static final int PAYLOAD_BYTES = 28;
    private static final int SIGNATURE_BYTES = 32;
    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    ShardIterators(String key) {
        this.key = new SecretKeySpec(Base64.getDecoder().decode(key), ALGORITHM);
    }

    /**
     * What a token says.
     *
     * @param issuedMillis when it was issued; it expires five minutes later
     */
    record Position(long streamId, int shardIndex, long ordinal, long issuedMillis) {}

    String encode(Position position) {
        byte[] payload = ByteBuffer.allocate(PAYLOAD_BYTES)
                .putLong(position.streamId())
                .putInt(position.shardIndex())
                .putLong(position.ordinal())
                .putLong(position.issuedMillis())
                .array();
        return Base64.getEncoder()
                .encodeToString(ByteBuffer.allocate(PAYLOAD_BYTES + SIGNATURE_BYTES)
                        .put(payload)
                        .put(sign(payload))
                        .array());
    }

    /** Reads a token; refuses those that are none of ours. */
    Position decode(String token) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(token);
        } catch (IllegalArgumentException e) {
            throw KinesisException.invalidArgument("Invalid ShardIterator.");
        }
        if (bytes.length != PAYLOAD_BYTES + SIGNATURE_BYTES) {
            throw KinesisException.invalidArgument("Invalid ShardIterator.");
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        byte[] payload = new byte[PAYLOAD_BYTES];
        byte[] signature = new byte[SIGNATURE_BYTES];
        buffer.get(payload).get(signature);
        if (!MessageDigest.isEqual(signature, sign(payload))) {
            throw KinesisException.invalidArgument("Invalid ShardIterator.");
        }
        ByteBuffer fields = ByteBuffer.wrap(payload);
        return new Position(fields.getLong(), fields.getInt(), fields.getLong(), fields.getLong());
    }

    private byte[] sign(byte[] payload) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(payload);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(ALGORITHM + " is part of every Java platform", e);
        }
    }
}

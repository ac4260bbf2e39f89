package dev.millrace.local.endpoint;

import dev.millrace.local.kinesis.KinesisException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;

/**
 * The NextToken of a list: which stream's shards are listed, and the last one that was.
 *
 * @param issuedMillis when; a token is good for five minutes
 */
record ListToken(String stream, String last, long issuedMillis) {
    private static final Duration LIFE = Duration.ofMinutes(5);

    String encode() {
        // Neither part can contain a colon.
        return Base64.getEncoder()
                .encodeToString((stream + ":" + last + ":" + issuedMillis).getBytes(StandardCharsets.UTF_8));
    }

    static ListToken decode(String token, long nowMillis) {
        ListToken read;
        try {
            String[] parts = new String(Base64.getDecoder().decode(token), StandardCharsets.UTF_8).split(":", -1);
            if (parts.length != 3) {
                throw new IllegalArgumentException("three parts expected");
            }
            read = new ListToken(Parameters.stream(parts[0], null), parts[1], Long.parseLong(parts[2]));
        } catch (IllegalArgumentException | KinesisException e) {
            throw new KinesisException(KinesisException.Type.InvalidArgumentException, "Invalid NextToken.");
        }
        if (nowMillis - read.issuedMillis > LIFE.toMillis()) {
            throw new KinesisException(
                    KinesisException.Type.ExpiredNextTokenException,
                    "The NextToken has expired: it is good for " + LIFE.toSeconds() + " seconds.");
        }
        return read;
    }
}

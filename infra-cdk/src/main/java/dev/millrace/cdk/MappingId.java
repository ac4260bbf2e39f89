package dev.millrace.cdk;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.Fn;

/**
 * The id by which a function knows its event source mapping (E3). It tells what the mapping has moved past only as long as it
 * is the same mapping; AWS's own id is not known before the function is made. So it is made of all that CloudFormation would
 * replace the mapping for, and of the stack's id, which a stack that is deleted and made again does not get a second time.
 */
final class MappingId {
    private static final int BYTES = 8;

    private MappingId() {}

    static String of(String path, String stream, MappingProps props, boolean readsSource) {
        String start = readsSource
                ? props.startingPosition() + " "
                        + props.startingTime().map(Object::toString).orElse("-")
                : "-";
        String identity = String.join("\n", path, stream, start, String.valueOf(props.enhancedFanOut()));
        String stackUuid = Fn.select(2, Fn.split("/", Aws.STACK_ID));
        return Fn.join("-", List.of(hash(identity), stackUuid));
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

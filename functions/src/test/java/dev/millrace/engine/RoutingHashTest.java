package dev.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;

class RoutingHashTest {
    /** Of RFC 1321. */
    @Test
    void aKeysHash_isItsMd5AsAnUnsignedNumber() {
        assertThat(RoutingHash.of("a")).isEqualTo(new BigInteger("0cc175b9c0f1b6a831c399e269772661", 16));
        assertThat(RoutingHash.of("message digest")).isEqualTo(new BigInteger("f96b697d7cb7938d525a2f31aaf161d0", 16));
    }
}

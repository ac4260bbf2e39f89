package dev.millrace.local.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AwsAddressTest {
    @Test
    void itsText_hasNoSecrets() {
        AwsAddress address =
                new AwsAddress(URI.create("http://127.0.0.1:4566"), Map.of("AWS_SECRET_ACCESS_KEY", "swordfish"));

        assertThat(address).hasToString("http://127.0.0.1:4566");
    }
}

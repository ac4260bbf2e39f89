package dev.millrace.local.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.local.endpoint.LocalEndpoint;
import dev.millrace.local.endpoint.LocalEndpointOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The life of a stream and of a table, as the AWS SDK for Python sees it. Skipped where that is not installed. */
class Boto3Test {
    @Test
    void streamsAndTablesLiveAsOnAws() throws Exception {
        Assumptions.assumeTrue(
                Programs.works("python3", "-c", "import boto3"), "boto3 for python3 is not installed on this machine");
        Path script = Path.of(Objects.requireNonNull(Boto3Test.class.getResource("session.py"))
                .toURI());
        try (LocalEndpoint endpoint =
                LocalEndpoint.start(LocalEndpointOptions.defaults().withPort(0))) {
            String output = Programs.run(
                    endpoint.uri(),
                    List.of("python3", script.toString(), endpoint.uri().toString()));

            assertThat(output).isEqualTo("done");
        }
    }
}

package dev.millrace.local.awssuite;

import dev.millrace.local.junit.MillraceExtension;
import dev.millrace.local.testing.Backend;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.testcontainers.DockerClientFactory;

/** The suite on LocalStack, in a container. Where there is an engine, an image that cannot be had is a failure. */
@EnabledIf(
        value = "hasEngine",
        disabledReason = "LocalStack's container needs a Docker engine, and none is to be reached")
class LocalStackAwsSuiteTest extends AwsSuite {
    @RegisterExtension
    static final MillraceExtension MILLRACE = at(Backend.localStack());

    static boolean hasEngine() {
        boolean isThere = DockerClientFactory.instance().isDockerAvailable();
        if (!isThere) {
            System.out.println("SKIPPED: the AWS suite on LocalStack's container, which needs a Docker engine");
        }
        return isThere;
    }

    @Override
    MillraceExtension millrace() {
        return MILLRACE;
    }
}

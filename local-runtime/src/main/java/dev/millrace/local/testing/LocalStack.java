package dev.millrace.local.testing;

import dev.millrace.local.aws.AwsAddress;
import java.time.Duration;
import java.util.Map;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.localstack.LocalStackContainer;
import org.testcontainers.utility.DockerImageName;

/** One LocalStack container for all tests of this process; Testcontainers removes it once the process has ended. */
final class LocalStack {
    /** The last version that needs no account. */
    private static final DockerImageName IMAGE = DockerImageName.parse("localstack/localstack:4.14.0");

    private LocalStack() {}

    private static final class Holder {
        static final LocalStackContainer CONTAINER = started();

        private static LocalStackContainer started() {
            LocalStackContainer container = new LocalStackContainer(IMAGE).withServices("kinesis", "dynamodb");
            container.start();
            return container;
        }
    }

    static RunningBackend start() {
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            throw new IllegalStateException("LocalStack needs a Docker engine, and none is to be reached");
        }
        LocalStackContainer container = Holder.CONTAINER;
        AwsAddress address = new AwsAddress(
                container.getEndpoint(),
                Map.of(
                        "AWS_ACCESS_KEY_ID", container.getAccessKey(),
                        "AWS_SECRET_ACCESS_KEY", container.getSecretKey(),
                        "AWS_REGION", container.getRegion()));
        return RunningBackend.at("LocalStack at " + container.getEndpoint(), address, Duration.ofMillis(500));
    }
}

package dev.millrace.samples.clickstream;

import dev.millrace.samples.LambdaJar;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What would be deployed: small, and all that a function needs. */
class LambdaJarIT {
    @Test
    void theJar_isSmallAndHasWhatAFunctionNeeds() throws IOException {
        LambdaJar.ofBuild().assertDeployable(Clickstream.class);
    }
}

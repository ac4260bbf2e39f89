package dev.millrace.local.awssuite;

import dev.millrace.local.junit.MillraceExtension;
import dev.millrace.local.testing.Backend;
import java.util.Set;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The suite on the endpoint that {@code -Dmillrace.it.endpoint} names, but for what {@code -Dmillrace.it.lacks} does. */
@EnabledIfSystemProperty(
        named = Backend.PROPERTY,
        matches = ".+",
        disabledReason = "no endpoint is given by -D" + Backend.PROPERTY)
class EndpointAwsSuiteTest extends AwsSuite {
    @RegisterExtension
    static final MillraceExtension MILLRACE = at(Backend.configured());

    @Override
    MillraceExtension millrace() {
        return MILLRACE;
    }

    @Override
    Set<Feature> lacking() {
        return Feature.lacking();
    }
}

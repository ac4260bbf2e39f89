package dev.millrace.local.awssuite;

import dev.millrace.local.junit.MillraceExtension;
import dev.millrace.local.testing.Backend;
import java.time.Instant;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The suite on the embedded endpoint. */
class EmbeddedAwsSuiteTest extends AwsSuite {
    @RegisterExtension
    static final MillraceExtension MILLRACE = at(Backend.embedded(Instant.parse("2026-01-01T12:00:00Z")));

    @Override
    MillraceExtension millrace() {
        return MILLRACE;
    }
}

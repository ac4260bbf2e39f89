package dev.millrace.cdk;

import java.time.Duration;

/** Durations as CDK has them. */
final class CdkDurations {
    private CdkDurations() {}

    /** A duration of whole seconds. */
    static software.amazon.awscdk.Duration of(Duration duration) {
        return software.amazon.awscdk.Duration.seconds(duration.toSeconds());
    }
}

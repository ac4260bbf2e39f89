package dev.millrace.driver;

import dev.millrace.engine.Position;
import org.jspecify.annotations.Nullable;

/**
 * A shard came of one that is not processed to its end yet, and can only begin after it (R1). Nothing is lost: the batch or tick
 * comes again.
 */
public final class NotDrainedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotDrainedException(String partition, @Nullable Position position) {
        super(
                "partition " + partition + " is closed and not processed to its end yet: it has come "
                        + (position == null ? "nowhere" : "to sequence number " + position.sequenceNumber())
                        + ", and records come after that. Those that take over from it begin once they are processed, or expired");
    }
}

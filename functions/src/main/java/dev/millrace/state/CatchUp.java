package dev.millrace.state;

import dev.millrace.engine.KeyId;
import java.util.Set;

/**
 * What catching up has brought since the last time it succeeded.
 *
 * @param reloaded whether the log was loaded from scratch: {@link StateLog#state()} is another object then, and anything
 *     may have changed
 * @param changed the keys whose state others have changed; empty where {@code reloaded}
 * @param entries how many entries were read and applied
 */
public record CatchUp(boolean reloaded, Set<KeyId> changed, int entries) {
    public CatchUp {
        changed = Set.copyOf(changed);
    }
}

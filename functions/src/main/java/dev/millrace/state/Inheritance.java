package dev.millrace.state;

import dev.millrace.engine.HashRange;
import java.util.List;

/**
 * What a log takes over (R3).
 *
 * @param range the routing hashes of its partition; keys outside it are left to others
 * @param parents the logs that it takes over from, in an order that is always the same; none if it begins with nothing
 */
public record Inheritance(HashRange range, List<Parent> parents) {
    public static final Inheritance NONE = new Inheritance(HashRange.ALL, List.of());

    /**
     * One of the logs.
     *
     * @param range the routing hashes of its partition
     */
    public record Parent(SealedLog log, HashRange range) {}

    public Inheritance {
        parents = List.copyOf(parents);
    }
}

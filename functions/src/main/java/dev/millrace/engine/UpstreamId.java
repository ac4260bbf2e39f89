package dev.millrace.engine;

/**
 * A partition of a stage that sends on to this one.
 *
 * @param stage the stage's name
 * @param partition its shard
 */
public record UpstreamId(String stage, String partition) implements Comparable<UpstreamId> {
    @Override
    public int compareTo(UpstreamId other) {
        int order = stage.compareTo(other.stage);
        return order != 0 ? order : partition.compareTo(other.partition);
    }

    @Override
    public String toString() {
        return stage + "/" + partition;
    }
}

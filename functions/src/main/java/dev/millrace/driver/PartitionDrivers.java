package dev.millrace.driver;

import java.util.function.Function;

/** The drivers of a stage's partitions in this process. */
public interface PartitionDrivers {
    /** Calls {@code action} with a partition's driver, once nobody else uses it. */
    <R> R use(String shardId, Function<PartitionDriver, R> action);
}

package dev.millrace.local.aws;

import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** Makes and removes single streams and tables, and waits until that is done: AWS answers before. */
final class ResourceStates {
    private static final long FIRST_WAIT_MILLIS = 5;
    private static final long LAST_WAIT_MILLIS = 1_000;

    private final AwsClients clients;
    private final Duration patience;

    ResourceStates(AwsClients clients, Duration patience) {
        this.clients = clients;
        this.patience = patience;
    }

    /** @return false if it exists */
    boolean createStream(String name, int shards) {
        try {
            clients.kinesis().createStream(request -> request.streamName(name).shardCount(shards));
            return true;
        } catch (software.amazon.awssdk.services.kinesis.model.ResourceInUseException e) {
            return false;
        }
    }

    void awaitStream(String name) {
        await("stream '" + name + "'", StreamStatus.ACTIVE.toString(), () -> streamStatus(name));
    }

    boolean hasStream(String name) {
        return streamStatus(name) != null;
    }

    void deleteStream(String name) {
        try {
            clients.kinesis().deleteStream(request -> request.streamName(name).enforceConsumerDeletion(true));
        } catch (software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException e) {
            // The test has deleted it.
        }
    }

    void awaitNoStream(String name) {
        await("stream '" + name + "'", null, () -> streamStatus(name));
    }

    private @Nullable String streamStatus(String name) {
        try {
            return clients.kinesis()
                    .describeStreamSummary(request -> request.streamName(name))
                    .streamDescriptionSummary()
                    .streamStatusAsString();
        } catch (software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException e) {
            return null;
        }
    }

    /** @return false if it exists */
    boolean createTable(CreateTableRequest request) {
        try {
            clients.dynamoDb().createTable(request);
            return true;
        } catch (software.amazon.awssdk.services.dynamodb.model.ResourceInUseException e) {
            return false;
        }
    }

    void awaitTable(String name) {
        await("table '" + name + "'", TableStatus.ACTIVE.toString(), () -> tableStatus(name));
    }

    boolean hasTable(String name) {
        return tableStatus(name) != null;
    }

    void deleteTable(String name) {
        try {
            clients.dynamoDb().deleteTable(request -> request.tableName(name));
        } catch (software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException e) {
            // The test has deleted it.
        }
    }

    void awaitNoTable(String name) {
        await("table '" + name + "'", null, () -> tableStatus(name));
    }

    private @Nullable String tableStatus(String name) {
        try {
            return clients.dynamoDb()
                    .describeTable(request -> request.tableName(name))
                    .table()
                    .tableStatusAsString();
        } catch (software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException e) {
            return null;
        }
    }

    /** @param status the one to wait for; null for that there is none, as it is gone */
    private void await(String what, @Nullable String status, Supplier<@Nullable String> present) {
        long deadlineNanos = System.nanoTime() + patience.toNanos();
        long waitMillis = FIRST_WAIT_MILLIS;
        String last = present.get();
        while (!String.valueOf(status).equals(String.valueOf(last))) {
            if (System.nanoTime() > deadlineNanos) {
                throw new IllegalStateException(what + " is " + (last == null ? "not there" : last) + " after "
                        + patience.toSeconds() + " s, and not " + (status == null ? "gone" : status));
            }
            pause(waitMillis);
            waitMillis = Math.min(2 * waitMillis, LAST_WAIT_MILLIS);
            last = present.get();
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a stream or table", e);
        }
    }
}

package dev.millrace.benchmarks;

import dev.millrace.local.endpoint.LocalEndpoint;
import dev.millrace.local.endpoint.LocalEndpointOptions;
import dev.millrace.state.StateLogStore;
import dev.millrace.state.dynamodb.DynamoDbStateLogStore;
import dev.millrace.state.dynamodb.StateTable;
import java.util.concurrent.locks.LockSupport;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** DynamoDB Local in memory, reached over HTTP. */
final class LocalDynamoDb implements AutoCloseable {
    private final LocalEndpoint endpoint =
            LocalEndpoint.start(LocalEndpointOptions.defaults().withPort(0));
    private final DynamoDbClient client = DynamoDbClient.builder()
            .endpointOverride(endpoint.uri())
            .region(Region.US_EAST_1)
            .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .build();

    /** A table's state logs; the table is created. */
    StateLogStore store(String table) {
        StateTable.createIfAbsent(client, table);
        return new DynamoDbStateLogStore(client, table, pause -> LockSupport.parkNanos(pause.toNanos()));
    }

    @Override
    public void close() {
        client.close();
        endpoint.close();
    }
}

package dev.millrace.local.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.local.endpoint.LocalEndpoint;
import dev.millrace.local.endpoint.LocalEndpointOptions;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * The life of a stream and of a table, as the AWS CLI sees it. Skipped where that is not installed. Not a part of the default
 * build: the CLI takes a second or more to start, and starts for each command.
 *
 * <p>{@code mvn -pl local-runtime -am test -Dtest=AwsCliCheck -Dsurefire.failIfNoSpecifiedTests=false}
 */
class AwsCliCheck {
    private static String aws(URI endpoint, String... arguments) throws Exception {
        // Older versions do not know AWS_ENDPOINT_URL, and would go to AWS.
        List<String> command =
                new ArrayList<>(List.of("aws", "--endpoint-url", endpoint.toString(), "--output", "text"));
        command.addAll(List.of(arguments));
        return Programs.run(endpoint, command);
    }

    private static void assumeInstalled() throws InterruptedException {
        Assumptions.assumeTrue(Programs.works("aws", "--version"), "the AWS CLI is not installed on this machine");
    }

    @Test
    void aStreamLivesAsOnAws() throws Exception {
        assumeInstalled();
        try (LocalEndpoint endpoint =
                LocalEndpoint.start(LocalEndpointOptions.defaults().withPort(0))) {
            URI uri = endpoint.uri();
            aws(uri, "kinesis", "create-stream", "--stream-name", "cli", "--shard-count", "2");
            aws(
                    uri,
                    "kinesis",
                    "put-record",
                    "--stream-name",
                    "cli",
                    "--partition-key",
                    "k",
                    "--explicit-hash-key",
                    "0",
                    "--data",
                    "b25l");
            assertThat(aws(
                            uri,
                            "kinesis",
                            "put-records",
                            "--stream-name",
                            "cli",
                            "--query",
                            "FailedRecordCount",
                            "--records",
                            "Data=dHdv,PartitionKey=k,ExplicitHashKey=1",
                            "Data=dGhyZWU=,PartitionKey=k,ExplicitHashKey=2"))
                    .isEqualTo("0");
            String iterator = aws(
                    uri,
                    "kinesis",
                    "get-shard-iterator",
                    "--stream-name",
                    "cli",
                    "--shard-id",
                    "shardId-000000000000",
                    "--shard-iterator-type",
                    "TRIM_HORIZON",
                    "--query",
                    "ShardIterator");
            assertThat(aws(uri, "kinesis", "get-records", "--shard-iterator", iterator, "--query", "length(Records)"))
                    .isEqualTo("3");
            aws(
                    uri,
                    "kinesis",
                    "split-shard",
                    "--stream-name",
                    "cli",
                    "--shard-to-split",
                    "shardId-000000000000",
                    "--new-starting-hash-key",
                    "17");
            aws(
                    uri,
                    "kinesis",
                    "merge-shards",
                    "--stream-name",
                    "cli",
                    "--shard-to-merge",
                    "shardId-000000000003",
                    "--adjacent-shard-to-merge",
                    "shardId-000000000001");
            assertThat(aws(uri, "kinesis", "list-shards", "--stream-name", "cli", "--query", "length(Shards)"))
                    .isEqualTo("5");
            assertThat(aws(
                            uri,
                            "kinesis",
                            "describe-stream-summary",
                            "--stream-name",
                            "cli",
                            "--query",
                            "StreamDescriptionSummary.[StreamStatus,OpenShardCount]"))
                    .isEqualTo("ACTIVE\t2");
            assertThat(aws(uri, "kinesis", "list-streams", "--query", "StreamNames"))
                    .isEqualTo("cli");
            aws(uri, "kinesis", "delete-stream", "--stream-name", "cli");
            assertThat(aws(uri, "kinesis", "list-streams", "--query", "length(StreamNames)"))
                    .isEqualTo("0");
        }
    }

    @Test
    void aTableLivesAsOnAws() throws Exception {
        assumeInstalled();
        try (LocalEndpoint endpoint =
                LocalEndpoint.start(LocalEndpointOptions.defaults().withPort(0))) {
            URI uri = endpoint.uri();
            aws(
                    uri,
                    "dynamodb",
                    "create-table",
                    "--table-name",
                    "cli-table",
                    "--billing-mode",
                    "PAY_PER_REQUEST",
                    "--key-schema",
                    "AttributeName=id,KeyType=HASH",
                    "--attribute-definitions",
                    "AttributeName=id,AttributeType=S");
            aws(
                    uri,
                    "dynamodb",
                    "put-item",
                    "--table-name",
                    "cli-table",
                    "--item",
                    "{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"17\"}}");
            assertThat(aws(
                            uri,
                            "dynamodb",
                            "get-item",
                            "--table-name",
                            "cli-table",
                            "--key",
                            "{\"id\":{\"S\":\"a\"}}",
                            "--query",
                            "Item.n.N"))
                    .isEqualTo("17");
            assertThat(aws(uri, "dynamodb", "scan", "--table-name", "cli-table", "--query", "Items[].[id.S,n.N]"))
                    .isEqualTo("a\t17");
        }
    }
}

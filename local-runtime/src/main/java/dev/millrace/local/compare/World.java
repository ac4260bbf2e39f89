package dev.millrace.local.compare;

import dev.millrace.local.aws.AwsAddress;
import dev.millrace.local.aws.AwsClients;
import dev.millrace.local.aws.PipelineResources;
import dev.millrace.local.endpoint.LocalEndpoint;
import dev.millrace.local.endpoint.LocalEndpointOptions;
import dev.millrace.local.kinesis.EmbeddedKinesis;
import dev.millrace.local.testing.AwsData;
import dev.millrace.plan.Plan;
import dev.millrace.plan.ResultTable;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** An endpoint in memory with a pipeline's streams and tables, all empty. */
final class World implements AutoCloseable {
    private final Plan plan;
    private final ResultTable table;
    private final LocalEndpoint endpoint;

    /** @param shards of the source, and of each stage behind it */
    World(Plan plan, int shards) {
        this.plan = plan;
        this.table = table(plan);
        this.endpoint = LocalEndpoint.start(LocalEndpointOptions.defaults().withPort(0));
        boolean made = false;
        try (AwsClients clients = AwsAddress.local(endpoint.uri()).clients()) {
            var unused = PipelineResources.create(clients, plan, shards);
            made = true;
        } finally {
            if (!made) {
                endpoint.close();
            }
        }
    }

    /** The table that the results are looked for in. */
    static ResultTable table(Plan plan) {
        Optional<ResultTable> main = plan.mainTable();
        return main.orElseThrow(() -> new IllegalArgumentException(
                "pipeline '" + plan.pipeline().name() + "' has no table, so its results cannot be seen"));
    }

    Plan plan() {
        return plan;
    }

    URI uri() {
        return endpoint.uri();
    }

    EmbeddedKinesis kinesis() {
        return endpoint.kinesis();
    }

    /** How many values the rows count that are in the table. Takes a while. */
    long total() {
        return counts().values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * Compares the table with a count that needs no pipeline.
     *
     * @throws WrongResultsException if they differ
     */
    void check(ComparedMode mode, Map<String, Long> expected) {
        WrongResultsException.check(mode, expected, counts());
    }

    private Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        try (AwsData data = AwsData.at(endpoint.uri())) {
            data.rows(table.name()).forEach(row -> {
                long count = row.values().stream()
                        .filter(Long.class::isInstance)
                        .mapToLong(Long.class::cast)
                        .sum();
                counts.merge(String.valueOf(row.get(table.key())), count, Long::sum);
            });
        }
        return counts;
    }

    @Override
    public void close() {
        endpoint.close();
    }
}

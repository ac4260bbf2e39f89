package dev.millrace.lambda;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import dev.millrace.Aggregations;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Result;
import dev.millrace.Windows;
import dev.millrace.codec.Codecs;
import dev.millrace.metrics.EmbeddedMetrics;
import java.lang.management.ClassLoadingMXBean;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.crac.Core;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * Takes a first batch in a process of its own, and prints how many classes that loaded and how many milliseconds it took. Its
 * arguments: {@code primed} or {@code cold}, the endpoints of DynamoDB and Kinesis, a state table and a result table.
 */
final class FirstBatch {
    private FirstBatch() {}

    record Click(String page, Instant timestamp) {}

    public static void main(String[] arguments) {
        StaticCredentialsProvider credentials =
                StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"));
        DynamoDbClient dynamoDb = DynamoDbClient.builder()
                .httpClient(UrlConnectionHttpClient.create())
                .endpointOverride(URI.create(arguments[1]))
                .region(Region.US_EAST_1)
                .credentialsProvider(credentials)
                .build();
        KinesisClient kinesis = KinesisClient.builder()
                .httpClient(UrlConnectionHttpClient.create())
                .endpointOverride(URI.create(arguments[2]))
                .region(Region.US_EAST_1)
                .credentialsProvider(credentials)
                .build();
        KinesisHandler handler = new KinesisHandler(
                pipeline(arguments[4]),
                HandlerSettings.of(Map.of("MILLRACE_STATE_TABLE", arguments[3])),
                dynamoDb,
                kinesis,
                Clock.systemUTC(),
                new EmbeddedMetrics(line -> {}));
        if (arguments[0].equals("primed")) {
            handler.priming().beforeCheckpoint(Core.getGlobalContext());
        }
        KinesisEvent event = Events.batch(1, click(0), click(1), click(120));
        ClassLoadingMXBean classes = ManagementFactory.getClassLoadingMXBean();
        long loaded = classes.getTotalLoadedClassCount();
        long start = System.nanoTime();
        handler.handleRequest(event, null);
        long millis = (System.nanoTime() - start) / 1_000_000;
        System.out.println("first-batch " + (classes.getTotalLoadedClassCount() - loaded) + " " + millis);
        System.exit(0);
    }

    private static Pipeline pipeline(String table) {
        PipelineBuilder builder = Pipeline.named("first");
        builder.from("clicks", Codecs.json(Click.class), EventTime.extracted(Click::timestamp, Duration.ofSeconds(5)))
                .keyByPartitionKey(click -> "{\"page\":\"" + click.page() + "\"")
                .window(Windows.tumbling(Duration.ofMinutes(1)))
                .aggregate(Aggregations.count())
                .toTable(
                        table,
                        row -> row.key("page", Result::key)
                                .sortKey("start", result -> result.window().start())
                                .attribute("views", Result::value));
        return builder.build();
    }

    /** A record's partition key is what comes before the first comma: the page, as it stands in the JSON. */
    private static String click(int seconds) {
        return "{\"page\":\"/home\"" + ",\"timestamp\":\"" + Instant.ofEpochMilli(Events.BASE + seconds * 1_000L)
                + "\"}";
    }
}

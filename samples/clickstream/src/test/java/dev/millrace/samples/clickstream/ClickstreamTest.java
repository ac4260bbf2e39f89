package dev.millrace.samples.clickstream;

import dev.millrace.local.testing.AwsData;
import dev.millrace.samples.AwsCli;
import dev.millrace.samples.DevProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sample as its users run it: {@code millrace dev} in a process of its own, and clients over HTTP. */
class ClickstreamTest {
    private static final int CLICKS = 20_000;
    private static final int PER_REQUEST = 250;
    private static final int PER_CLI_REQUEST = 500;
    /** Longer than the test, so that only records move the watermark and every result can be foretold. */
    private static final String[] NEVER_IDLE = {"--idle-timeout", "1h", "--batch-size", "500"};

    @TempDir
    private Path directory;

    @Test
    void whenClicksComeInByPutAndCliAndSdk_thenRowsAndDeadLettersAreThoseTheRulesForetell() throws Exception {
        List<Clicks.Put> clicks = Clicks.make(CLICKS, 1);
        try (DevProcess dev = DevProcess.start("clickstream", directory.resolve("data"), NEVER_IDLE);
                AwsData clients = AwsData.at(dev.endpoint())) {
            // Lines go by their users, or by their content, in a file; then all others.
            List<Clicks.Put> byFile = clicks.subList(0, CLICKS / 2);
            Path file = directory.resolve("clicks.jsonl");
            Files.write(file, byFile.stream().map(Clicks.Put::line).toList());
            dev.put("clicks", file, "--partition-key-field", "user");
            int next = CLICKS / 2 + putByCli(dev, clicks.subList(CLICKS / 2, CLICKS / 2 + 4 * PER_CLI_REQUEST));
            for (int i = next; i < CLICKS; i += PER_REQUEST) {
                ClickResults.put(clients, clicks.subList(i, i + PER_REQUEST));
            }
            ClickResults.assertExact(clients, CLICKS);
        }
    }

    /** @return how many were put: none if the AWS CLI is not installed */
    private int putByCli(DevProcess dev, List<Clicks.Put> clicks) throws Exception {
        Optional<AwsCli> cli = AwsCli.find(dev.endpoint(), directory);
        if (cli.isEmpty()) {
            System.out.println("The AWS CLI is not installed: its share of the clicks is put by the SDK");
            return 0;
        }
        for (int i = 0; i < clicks.size(); i += PER_CLI_REQUEST) {
            cli.get()
                    .putRecords(
                            "clicks",
                            clicks.subList(i, i + PER_CLI_REQUEST).stream()
                                    .map(click -> Map.entry(click.partitionKey(), click.line()))
                                    .toList());
        }
        return clicks.size();
    }

    @Test
    void whenDevIsKilledThreeTimes_thenNothingIsLostOrDoubled() throws Exception {
        List<Clicks.Put> clicks = Clicks.make(CLICKS, 2);
        Random random = new Random(3);
        List<Integer> killsAt = List.of(
                PER_REQUEST * (5 + random.nextInt(15)),
                PER_REQUEST * (25 + random.nextInt(15)),
                PER_REQUEST * (50 + random.nextInt(20)));
        DevProcess dev = DevProcess.start("clickstream", directory.resolve("data"), NEVER_IDLE);
        AwsData clients = AwsData.at(dev.endpoint());
        try {
            for (int i = 0; i < CLICKS; i += PER_REQUEST) {
                ClickResults.put(clients, clicks.subList(i, i + PER_REQUEST));
                if (killsAt.contains(i)) {
                    dev.kill();
                    clients.close();
                    dev = DevProcess.start("clickstream", directory.resolve("data"), NEVER_IDLE);
                    clients = AwsData.at(dev.endpoint());
                }
            }
            ClickResults.assertExact(clients, CLICKS);
        } finally {
            clients.close();
            dev.close();
        }
    }
}

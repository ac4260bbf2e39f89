package dev.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The AWS CLI of this machine, version 1 or 2. */
public final class AwsCli {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final URI endpoint;
    private final Path directory;
    private final boolean takesBase64;

    private AwsCli(URI endpoint, Path directory, boolean takesBase64) {
        this.endpoint = endpoint;
        this.directory = directory;
        this.takesBase64 = takesBase64;
    }

    /**
     * The CLI, if it is installed.
     *
     * @param directory for its input
     */
    public static Optional<AwsCli> find(URI endpoint, Path directory) throws IOException, InterruptedException {
        try {
            String version = run(endpoint, List.of("--version"));
            return Optional.of(new AwsCli(endpoint, directory, !version.startsWith("aws-cli/1.")));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Puts lines with their partition keys, at most 500, in their order. */
    public void putRecords(String stream, List<Map.Entry<String, String>> records)
            throws IOException, InterruptedException {
        ObjectNode input = JSON.createObjectNode().put("StreamName", stream);
        ArrayNode array = input.putArray("Records");
        records.forEach(each -> array.addObject()
                .put("PartitionKey", each.getKey())
                .put("Data", takesBase64 ? base64(each.getValue()) : each.getValue()));
        Path file = Files.createTempFile(directory, "records", ".json");
        Files.writeString(file, JSON.writeValueAsString(input));
        String output = run(endpoint, List.of("kinesis", "put-records", "--cli-input-json", "file://" + file));
        assertThat(JSON.readTree(output).path("FailedRecordCount").asInt(-1)).isZero();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String run(URI endpoint, List<String> arguments) throws IOException, InterruptedException {
        // Older versions do not know AWS_ENDPOINT_URL, and would go to AWS.
        List<String> command = new ArrayList<>(List.of("aws", "--endpoint-url", endpoint.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .putAll(Map.of(
                        "AWS_ACCESS_KEY_ID", "local",
                        "AWS_SECRET_ACCESS_KEY", "local",
                        "AWS_DEFAULT_REGION", "us-east-1",
                        "AWS_DEFAULT_OUTPUT", "json"));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}

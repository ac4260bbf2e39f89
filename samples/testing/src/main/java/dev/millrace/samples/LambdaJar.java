package dev.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.assertj.core.api.SoftAssertions;

/** The jar that the build has made of a sample for Lambda. */
public record LambdaJar(Path path) {
    /** What a function may take; its start pays for each megabyte. */
    private static final long MAX_BYTES = 15_000_000;

    private static final List<String> NEEDED = List.of(
            "dev/millrace/lambda/KinesisHandler.class",
            "software/amazon/awssdk/services/dynamodb/DynamoDbClient.class",
            "software/amazon/awssdk/services/kinesis/KinesisClient.class",
            "software/amazon/awssdk/http/urlconnection/UrlConnectionHttpClient.class",
            "com/fasterxml/jackson/databind/ObjectMapper.class",
            "com/amazonaws/services/lambda/runtime/RequestHandler.class",
            "com/amazonaws/services/lambda/runtime/events/KinesisEvent.class",
            "org/slf4j/simple/SimpleServiceProvider.class",
            "simplelogger.properties",
            "META-INF/MANIFEST.MF",
            "META-INF/LICENSE",
            "META-INF/NOTICE");

    /** Brought by Lambda's runtime, of another HTTP client, for tests, or of no use in a jar that is unpacked. */
    private static final List<String> UNWANTED = List.of(
            "com/amazonaws/services/lambda/runtime/api/client/",
            "com/amazonaws/services/lambda/runtime/serialization/",
            "io/netty/",
            "org/apache/http/",
            "software/amazon/awssdk/http/nio/",
            "software/amazon/awssdk/http/apache/",
            "dev/millrace/local/",
            "dev/millrace/samples/LambdaJar",
            "org/junit/",
            "org/assertj/",
            "com/amazonaws/services/dynamodbv2/",
            "org/eclipse/jetty/",
            "META-INF/versions/",
            "META-INF/maven/",
            "module-info.class");

    /** The jar of the sample whose build runs the test. */
    public static LambdaJar ofBuild() {
        return new LambdaJar(Path.of(Objects.requireNonNull(
                System.getProperty("millrace.lambda.jar"), "the build names the jar: run the test by mvn verify")));
    }

    /** Prints its size, and fails unless it is small enough, and has what a function needs and nothing else. */
    public void assertDeployable(Class<?> pipeline) throws IOException {
        long bytes = Files.size(path);
        System.out.printf(Locale.ROOT, "%s: %.1f of %.0f MB%n", path.getFileName(), bytes / 1e6, MAX_BYTES / 1e6);
        try (JarFile jar = new JarFile(path.toFile())) {
            List<String> names = jar.stream().map(ZipEntry::getName).toList();
            SoftAssertions softly = new SoftAssertions();
            softly.assertThat(bytes).as("bytes of %s", path).isLessThanOrEqualTo(MAX_BYTES);
            softly.assertThat(names)
                    .containsAll(NEEDED)
                    .contains(pipeline.getName().replace('.', '/') + ".class")
                    .doesNotHaveDuplicates();
            softly.assertThat(names.stream()
                            .filter(name -> UNWANTED.stream().anyMatch(name::startsWith) || isSignature(name)))
                    .as("what does not belong in it")
                    .isEmpty();
            softly.assertAll();
            assertThat(text(jar, "META-INF/services/dev.millrace.PipelineDefinition"))
                    .isEqualToIgnoringNewLines(pipeline.getName());
            assertThat(text(jar, "META-INF/services/software.amazon.awssdk.http.SdkHttpService"))
                    .contains("software.amazon.awssdk.http.urlconnection.UrlConnectionSdkHttpService");
        }
    }

    private static boolean isSignature(String name) {
        return name.startsWith("META-INF/") && (name.endsWith(".SF") || name.endsWith(".RSA") || name.endsWith(".DSA"));
    }

    private static String text(JarFile jar, String name) throws IOException {
        try (var in = jar.getInputStream(Objects.requireNonNull(jar.getEntry(name), name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

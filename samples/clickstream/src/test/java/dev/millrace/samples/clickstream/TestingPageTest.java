package dev.millrace.samples.clickstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What docs/testing-your-pipeline.md shows is a test that runs. */
class TestingPageTest {
    private static final Path PROJECT = Path.of("..", "..");

    @Test
    void thePage_showsThisSamplesTest_andTheVersionThatIsBuilt() throws IOException {
        List<String> page = Files.readAllLines(PROJECT.resolve("docs/testing-your-pipeline.md"));
        List<String> source =
                Files.readAllLines(Path.of("src/test/java/dev/millrace/samples/clickstream/PageViewsTest.java"));

        List<String> shown = page.stream()
                .dropWhile(line -> !line.equals("```java"))
                .skip(1)
                .takeWhile(line -> !line.equals("```"))
                .toList();

        assertThat(shown)
                .isNotEmpty()
                .isEqualTo(source.stream()
                        .dropWhile(line -> !line.startsWith("class "))
                        .toList());
        String version = Files.readAllLines(PROJECT.resolve("pom.xml")).stream()
                .filter(line -> line.startsWith("  <version>"))
                .findFirst()
                .orElseThrow();
        assertThat(page).contains(version);
    }
}

package dev.millrace.local.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Does it find bugs? Each that is planted must be found within as many seeds as it says. By itself this takes those that are found
 * at once; with {@code -Dmillrace.plantedBugs=all}, all of them.
 */
class PlantedBugsTest {
    private static final String WHICH = "millrace.plantedBugs";
    private static final String ALL = "all";
    private static final int AT_ONCE = 10;

    static List<PlantedBug> bugs() {
        return Stream.of(
                        LogBugs.all(),
                        EmissionBugs.all(),
                        ExchangeBugs.all(),
                        ReshardingBugs.all(),
                        TimeBugs.all(),
                        RunnerBugs.all())
                .flatMap(List::stream)
                .toList();
    }

    static Stream<PlantedBug> bugsToFind() {
        boolean isAll = ALL.equals(System.getProperty(WHICH));
        return bugs().stream().filter(bug -> isAll || bug.seeds() <= AT_ONCE);
    }

    /** What is no mistake, though it is planted. */
    static Stream<PlantedBug> harmless() {
        Stream<PlantedBug> alone = bugs().stream()
                .map(PlantedBug::circumstances)
                .distinct()
                .map(each -> PlantedBug.of("none", "nothing is planted", 500).under(each));
        return Stream.concat(alone, LogBugs.harmless().stream());
    }

    @ParameterizedTest
    @MethodSource("bugsToFind")
    void whatIsPlanted_isFound(PlantedBug bug) {
        Optional<Map.Entry<Long, String>> found = search(bug);

        assertThat(found)
                .as(bug.toString())
                .hasValueSatisfying(seed -> assertThat(Check.of(seed.getValue()))
                        .as("a patch that does not run is no mistake that was found: %s", seed.getValue())
                        .isNotEqualTo(Check.NO_ERROR));
    }

    @ParameterizedTest
    @MethodSource("harmless")
    @EnabledIfSystemProperty(named = WHICH, matches = ALL)
    void whatDoesNoHarm_isNotFound(PlantedBug harmless) {
        assertThat(search(harmless))
                .as(harmless + ", " + harmless.circumstances().name())
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("bugs")
    void whatIsToBePlanted_fits(PlantedBug bug) {
        assertThat(bug.sources()).as(bug.toString()).isNotEmpty();
    }

    @Test
    void theTableInTheDocs_hasThemAll() throws IOException {
        List<String> table = Files.readAllLines(Path.of("..", "docs", "testing.md")).stream()
                .dropWhile(line -> !line.startsWith("| rule | mistake |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> String.join("|", List.of(line.split(" \\| ", -1)).subList(0, 3)))
                .toList();

        assertThat(table)
                .isEqualTo(bugs().stream()
                        .map(bug -> "| " + bug.rule() + "|" + bug.sentence() + "|"
                                + bug.circumstances().name())
                        .toList());
    }

    private static Optional<Map.Entry<Long, String>> search(PlantedBug bug) {
        Optional<Map.Entry<Long, String>> found = bug.search();
        String result = found.map(seed -> (seed.getKey() + 1) + " | " + Check.of(seed.getValue()))
                .orElse("not in " + bug.seeds() + " | ");
        // As the table in docs/testing.md has it.
        System.out.println("| " + bug.rule() + " | " + bug.sentence() + " | "
                + bug.circumstances().name() + " | " + result + " |");
        return found;
    }
}

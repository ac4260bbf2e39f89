package dev.millrace.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkersFromTest {
    private static final String TWO_STAGES = TestPipelines.TwoStages.class.getName();

    private final CommandRun run = new CommandRun(Map.of());

    private int run(String... options) {
        List<String> arguments = new ArrayList<>(List.of("run", TWO_STAGES));
        arguments.addAll(List.of(options));
        return run.execute(arguments.toArray(new String[0]));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--workers-from kcl | --workers-from kcl does not go with --source embedded: only the shards of a stream",
                "--workers-from kcl --source rate:5 | --workers-from kcl does not go with --source rate:5",
                "--workers-from lambda | workers do not come from 'lambda': write threads or kcl",
                "--failover-time 5s | --failover-time goes with --workers-from kcl only",
                "--workers-from threads --failover-time 5s | --failover-time goes with --workers-from kcl only",
                "--workers-from kcl --source kinesis:texts --workers 3 | --workers does not go with --workers-from kcl",
                "--workers-from kcl --source kinesis:texts --commit-interval 1s | --commit-interval does not go with",
                "--workers-from kcl --source kinesis:texts --guarantee at-least-once | --guarantee at-least-once does not go with",
                "--workers-from kcl --source kinesis:texts --data-dir x | --data-dir does not go with",
                "--workers-from kcl --source kinesis:texts --failover-time 100ms | must be 1000 to 600000 ms",
            })
    void whenOptionsDoNotGoTogether_thenThatIsWrongUsage(String options, String why) {
        assertThat(run(options.split(" "))).isEqualTo(2);
        assertThat(run.err()).contains(why);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void whenTheEndpointCannotBeReached_thenItSaysSoAndEnds() {
        assertThat(run("--workers-from", "kcl", "--source", "kinesis:texts", "--endpoint", "http://127.0.0.1:1"))
                .isEqualTo(1);
        assertThat(run.err()).contains("cannot reach http://127.0.0.1:1");
    }

    @Test
    void whenThePipelineReadsAnotherStream_thenItSaysSoAndEnds() {
        assertThat(run("--workers-from", "kcl", "--source", "kinesis:others", "--endpoint", "http://127.0.0.1:1"))
                .isEqualTo(1);
        assertThat(run.err()).contains("the pipeline reads stream 'texts'");
    }
}

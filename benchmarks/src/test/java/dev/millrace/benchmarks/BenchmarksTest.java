package dev.millrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.benchmarks.EngineBenchmark.Form;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That each benchmark runs and does what it says; how fast is not looked at here. */
class BenchmarksTest {
    @ParameterizedTest
    @EnumSource(Form.class)
    void engineLoadClosesWindowsAndCommits(Form form) {
        EngineLoad load = new EngineLoad(Grouping.DECLARED, form, 1_000, 20_000);
        int records = 50_000;
        load.run(records);

        // Two windows have closed, each with a result for every key that came.
        assertThat(load.outputs()).isBetween(4_000L, 2L * PurchaseRecords.KEYS);
        assertThat(load.changedCells()).isBetween(load.outputs(), 2L * records);
    }

    @Test
    void engineBenchmarkTakesTheCpuTimeOfItsWork() {
        EngineBenchmark benchmark = new EngineBenchmark();
        benchmark.start();
        benchmark.apply();

        assertThat(CpuTime.takeRecordsPerSecond()).isPositive();
    }

    @ParameterizedTest
    @EnumSource(Keys.class)
    void stagesLoadClosesWindowsInTheReceivers(Keys keys) {
        StagesLoad load = new StagesLoad(keys, Grouping.KEY_BY);
        load.run(150_000);

        // Two windows have closed; a window has 60,000 records, so that most keys come in each.
        assertThat(load.results()).isBetween(8_000L, 2L * PurchaseRecords.KEYS + 1_000);
        assertThat(load.parts()).isBetween(30_000L, 150_000L);
        assertThat(load.mostParts()).isBetween(load.parts() / 2, load.parts() * 6 / 10);
        assertThat(load.totalNanos()).isGreaterThan(load.senderNanos());
    }

    @Test
    void skewBenchmarkTakesTheCpuTimeOfItsWork() {
        SkewBenchmark benchmark = new SkewBenchmark();
        benchmark.start();
        assertThat(benchmark.sender()).isZero();
        assertThat(benchmark.senderAndPacker()).isPositive();
        benchmark.bothStages();

        assertThat(CpuTime.takeRecordsPerSecond()).isPositive();
    }

    @Test
    void skewComparisonComparesWithUniformKeys() {
        assertThat(SkewComparison.measure(Grouping.KEY_BY, 1, 2_000))
                .extracting(SkewComparison.Speed::keys)
                .containsExactly(Keys.UNIFORM, Keys.HALF_ONE_KEY, Keys.ZIPF);
    }

    @Test
    void jsonRecordsTakeAboutOneHundredAndTwentyBytes() {
        PurchaseRecords records = new PurchaseRecords(1, 60_000);

        assertThat(records.json(0, false).data().length).isBetween(110, 130);
        assertThat(records.json(0, true).data().length).isBetween(110, 130);
    }

    @Test
    void zipfDrawsTheFirstNumberAsOftenAsItShould() {
        Zipf zipf = new Zipf(10_000, 1.1, 7);
        int firsts = 0;
        for (int i = 0; i < 100_000; i++) {
            firsts += zipf.next() == 0 ? 1 : 0;
        }

        double sum = 0;
        for (int i = 1; i <= 10_000; i++) {
            sum += Math.pow(i, -1.1);
        }
        assertThat(firsts / 100_000.0).isCloseTo(1 / sum, within(0.01));
    }

    @Test
    void endpointBenchmarkGetsOutWhatItPutsIn() throws IOException {
        assertThat(EndpointBenchmark.inMemory(1, 2).in()).isPositive();
        assertThat(EndpointBenchmark.inDirectory(1, 2).out()).isPositive();
    }

    @Test
    void devBecomesReady() throws IOException {
        assertThat(DevStart.median(1).seconds()).isPositive();
    }

    @Test
    void medianIsTheMiddle() {
        assertThat(Medians.of(List.of(9.0, 1.0, 2.0))).isEqualTo(2);
        assertThat(Medians.of(List.of(4.0, 1.0, 2.0, 9.0))).isEqualTo(3);
    }
}

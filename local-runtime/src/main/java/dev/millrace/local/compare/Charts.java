package dev.millrace.local.compare;

import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.style.CategoryStyler;
import org.knowm.xchart.style.Styler;

/** Figures as pictures: an SVG file for each aspect, or two where its figures have two units. */
public final class Charts {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 380;
    private static final int FONT_SIZE = 13;
    /** Told apart also by those who see few colours. */
    private static final Map<ComparedMode, List<Color>> SHADES = Map.of(
            ComparedMode.MICRO_BATCH, List.of(new Color(0x9ecae1), new Color(0x3182bd), new Color(0x08306b)),
            ComparedMode.RECORD_AT_A_TIME, List.of(new Color(0xfdbe85), new Color(0xe6550d), new Color(0x7f2704)));

    private static final Color[] OF_MODES = {new Color(0x3182bd), new Color(0xe6550d)};
    private static final Pattern MORE_DIGITS = Pattern.compile("(\\.\\d\\d)\\d+");
    private static final List<String> PERCENTILES = List.of("p50", "p99", "p99.9", "max");

    private final List<Figure> figures;

    private Charts(List<Figure> figures) {
        this.figures = figures;
    }

    /**
     * Writes them.
     *
     * @param directory is created if need be
     * @return the files, in the order of the aspects
     * @throws IOException if they cannot be written
     */
    public static List<Path> write(List<Figure> figures, Path directory) throws IOException {
        System.setProperty("java.awt.headless", "true");
        Files.createDirectories(directory);
        Charts charts = new Charts(figures);
        List<Path> files = new ArrayList<>();
        files.add(write(charts.latency(), directory, "latency"));
        files.add(write(
                charts.byMetric(
                        Aspect.THROUGHPUT,
                        "Throughput of a backlog",
                        "records",
                        figure -> figure.unit().startsWith("records/")),
                directory,
                "throughput"));
        files.add(write(charts.balance(), directory, "load-balancing"));
        files.add(write(
                charts.byMetric(Aspect.ELASTICITY, "Shards double under load", "seconds", figure -> true),
                directory,
                "elasticity"));
        files.add(write(
                charts.byMetric(
                        Aspect.FAULT_TOLERANCE,
                        "kill -9 under load",
                        "seconds",
                        figure -> figure.unit().equals("s")),
                directory,
                "fault-tolerance"));
        files.add(write(
                charts.byMetric(
                        Aspect.FAULT_TOLERANCE,
                        "Read again after kill -9",
                        "records",
                        figure -> figure.unit().equals("records")),
                directory,
                "fault-tolerance-read-again"));
        return files;
    }

    private static Path write(CategoryChart chart, Path directory, String name) throws IOException {
        Path file = directory.resolve(name + ".svg");
        VectorGraphicsEncoder.saveVectorGraphic(chart, file.toString(), VectorGraphicsFormat.SVG);
        // Ten digits of a pixel are of no use, and most of the file.
        Files.writeString(file, MORE_DIGITS.matcher(Files.readString(file)).replaceAll("$1"));
        return file;
    }

    /** A line for each mode and load, over the percentiles. */
    private CategoryChart latency() {
        CategoryChart chart = chart("Latency, from intended put to row in the table", "milliseconds");
        chart.getStyler().setDefaultSeriesRenderStyle(CategorySeries.CategorySeriesRenderStyle.Line);
        chart.getStyler().setYAxisLogarithmic(true);
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
        chart.getStyler().setLegendLayout(Styler.LegendLayout.Vertical);
        List<String> loads = texts(Aspect.LATENCY, Figure::load);
        for (ComparedMode mode : ComparedMode.values()) {
            for (String load : loads) {
                List<@Nullable Double> values = new ArrayList<>();
                for (String percentile : PERCENTILES) {
                    values.add(value(figure -> is(figure, Aspect.LATENCY, mode)
                            && figure.load().equals(load)
                            && figure.metric().equals(percentile)));
                }
                Color color = shade(mode, loads.indexOf(load));
                CategorySeries series = chart.addSeries(mode + ", " + load.split(" \\(", 2)[0], PERCENTILES, values);
                series.setLineColor(color);
                series.setMarkerColor(color);
            }
        }
        return chart;
    }

    /** The darker, the more load. */
    private static Color shade(ComparedMode mode, int load) {
        List<Color> shades = SHADES.getOrDefault(mode, List.of());
        return shades.get(load % shades.size());
    }

    /** Bars of each mode for each arrangement. */
    private CategoryChart balance() {
        CategoryChart chart =
                chart("Busiest of two workers, of their mean (assignment, partitions, combining)", "1 = both as busy");
        chart.getStyler().setSeriesColors(OF_MODES);
        chart.getStyler().setYAxisMin(0.0);
        List<String> loads = texts(Aspect.LOAD_BALANCING, Figure::load);
        for (ComparedMode mode : ComparedMode.values()) {
            List<@Nullable Double> values = new ArrayList<>();
            for (String load : loads) {
                values.add(value(figure -> is(figure, Aspect.LOAD_BALANCING, mode)
                        && figure.load().equals(load)
                        && figure.metric().equals(BalanceMeasurement.IMBALANCE)));
            }
            chart.addSeries(mode.toString(), loads.stream().map(Charts::brief).toList(), values);
        }
        return chart;
    }

    /** What the title does not say already. */
    private static String brief(String load) {
        return load.replace(" assignment", "").replace(" partitions", "").replace("combining ", "");
    }

    /** Bars of each mode for each metric. */
    private CategoryChart byMetric(Aspect aspect, String title, String unit, Predicate<Figure> shown) {
        CategoryChart chart = chart(title, unit);
        chart.getStyler().setSeriesColors(OF_MODES);
        chart.getStyler().setYAxisMin(0.0);
        List<String> metrics = figures.stream()
                .filter(figure -> figure.aspect().equals(aspect.toString()) && shown.test(figure))
                .map(Figure::metric)
                .distinct()
                .toList();
        for (ComparedMode mode : ComparedMode.values()) {
            List<@Nullable Double> values = new ArrayList<>();
            for (String metric : metrics) {
                values.add(value(
                        figure -> is(figure, aspect, mode) && figure.metric().equals(metric)));
            }
            chart.addSeries(mode.toString(), metrics, values);
        }
        return chart;
    }

    private static CategoryChart chart(String title, String unit) {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .yAxisTitle(unit)
                .build();
        CategoryStyler styler = chart.getStyler();
        Font font = new Font(Font.SANS_SERIF, Font.PLAIN, FONT_SIZE);
        styler.setLegendPosition(Styler.LegendPosition.OutsideS);
        styler.setLegendLayout(Styler.LegendLayout.Horizontal);
        styler.setBaseFont(font);
        styler.setLegendFont(font);
        styler.setAxisTickLabelsFont(font);
        styler.setChartTitleFont(font.deriveFont(Font.BOLD));
        // Also where a page is dark.
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setPlotBackgroundColor(Color.WHITE);
        styler.setChartTitleBoxVisible(false);
        styler.setLegendBorderColor(Color.WHITE);
        styler.setPlotGridVerticalLinesVisible(false);
        return chart;
    }

    private @Nullable Double value(Predicate<Figure> which) {
        return figures.stream().filter(which).map(Figure::value).findFirst().orElse(null);
    }

    private List<String> texts(Aspect aspect, Function<Figure, String> text) {
        Stream<String> all = figures.stream()
                .filter(figure -> figure.aspect().equals(aspect.toString()))
                .map(text);
        return List.copyOf(all.collect(Collectors.toCollection(LinkedHashSet::new)));
    }

    private static boolean is(Figure figure, Aspect aspect, ComparedMode mode) {
        return figure.aspect().equals(aspect.toString()) && figure.mode().equals(mode.toString());
    }
}

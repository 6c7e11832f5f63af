package io.xg2g.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Test that dashboards, alerts and autoscalers use existing metrics. */
class DashboardTest {
    private static final Path DASHBOARDS = Path.of("deploy/monitoring/grafana/dashboards");

    /** Registration of a meter in the sources: its kind and name. */
    private static final Pattern METER =
            Pattern.compile("(?i)(gauge|counter|timer)(?:\\.(?:<\\w+>)?builder)?\\(\\s*\"(xg2g\\.[a-z.]+)\"");

    /** A row of {@code docs/metrics.md}, with one metric or several. */
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (`xg2g_[^|]*)\\|");

    private static final Pattern METRIC = Pattern.compile("\\bxg2g_\\w+");

    @TestFactory
    Stream<DynamicTest> everyMetricOfADashboardExists() throws IOException {
        Set<String> metrics = metrics();
        return files(DASHBOARDS, ".json").stream()
                .map(file -> DynamicTest.dynamicTest(String.valueOf(file.getFileName()), () -> {
                    Set<String> used = used(new ObjectMapper().readTree(file.toFile()));
                    assertThat(used).isNotEmpty();
                    assertThat(metrics).containsAll(used);
                }));
    }

    @Test
    void everyDashboardIsNamedInTheDocuments() throws IOException {
        String operations = Files.readString(Path.of("docs/operations.md"));
        for (Path file : files(DASHBOARDS, ".json")) {
            String name = String.valueOf(file.getFileName()).replace(".json", "");
            assertThat(operations).contains("`" + name + "`");
        }
    }

    @TestFactory
    Stream<DynamicTest> everyMetricOfAnAlertOrAutoscalerExists() throws IOException {
        Set<String> metrics = metrics();
        return Stream.of(
                        "deploy/monitoring/prometheus/rules/xg2g-gpu.yml",
                        "helm/xg2g-gpu/templates/horizontalpodautoscaler.yaml",
                        "helm/xg2g-gpu/templates/scaledobject.yaml")
                .map(file -> DynamicTest.dynamicTest(file, () -> {
                    List<String> used = METRIC.matcher(Files.readString(Path.of(file)))
                            .results()
                            .map(MatchResult::group)
                            .toList();
                    assertThat(used).isNotEmpty();
                    assertThat(metrics).containsAll(used);
                }));
    }

    /** Sum, mean and maximum of ratios are meaningless for replicas with different numbers of slots. */
    @Test
    void noQueryAggregatesRatiosOfInstances() throws IOException {
        Pattern combined =
                Pattern.compile("\\b(sum|avg|max|min)\\b[^()]*(\\([^()]*\\)\\s*)?\\(\\s*xg2g_gpu_slot_demand_ratio");
        for (Path file : files(DASHBOARDS, ".json")) {
            assertThat(Files.readString(file)).as("%s", file).doesNotContainPattern(combined);
        }
    }

    @Test
    void queriesForNotClosedBreakersIncludeHalfOpen() throws IOException {
        JsonNode panels =
                new ObjectMapper().readTree(DASHBOARDS.resolve("streams.json").toFile());

        assertThat(panels.findParents("targets"))
                .filteredOn(panel -> panel.path("title").asText().equals("Breakers not closed"))
                .singleElement()
                .satisfies(panel -> assertThat(panel.findValue("expr").asText()).contains("> 0"));
    }

    /** The reference lists every metric of the program, and no other. */
    @Test
    void theMetricsReferenceIsComplete() throws IOException {
        Set<String> known = metrics().stream()
                .map(name -> name.replaceAll("_seconds_(bucket|count|sum)$", "_seconds"))
                .collect(Collectors.toSet());
        Set<String> documented = new TreeSet<>();
        ROW.matcher(Files.readString(Path.of("docs/metrics.md")))
                .results()
                .flatMap(row -> METRIC.matcher(row.group(1)).results())
                .forEach(metric -> documented.add(metric.group()));

        assertThat(documented).isNotEmpty();
        assertThat(known).containsExactlyInAnyOrderElementsOf(documented);
    }

    /** Names of all exported metrics of the program. */
    private static Set<String> metrics() throws IOException {
        Set<String> names = new TreeSet<>();
        for (Path source : files(Path.of("src/main/java"), ".java")) {
            METER.matcher(Files.readString(source)).results().forEach(meter -> names.addAll(series(meter)));
        }
        return names;
    }

    private static List<String> series(MatchResult meter) {
        String name = meter.group(2).replace('.', '_');
        return switch (meter.group(1).toLowerCase(Locale.ROOT)) {
            case "counter" -> List.of(name + "_total");
            case "timer" -> List.of(name + "_seconds_bucket", name + "_seconds_count", name + "_seconds_sum");
            default -> List.of(name);
        };
    }

    private static Set<String> used(JsonNode dashboard) {
        Set<String> names = new TreeSet<>();
        Stream.of("expr", "query")
                .flatMap(field -> dashboard.findValues(field).stream())
                .flatMap(query -> METRIC.matcher(query.toString()).results())
                .forEach(metric -> names.add(metric.group()));
        return names;
    }

    private static List<Path> files(Path directory, String ending) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(file -> file.toString().endsWith(ending)).toList();
        }
    }
}

package io.xg2g.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.xg2g.deploy.ScaledFleet.Recording;
import io.xg2g.deploy.ScaledFleet.Scenario;
import io.xg2g.deploy.ScaledFleet.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Test that the autoscalers of workers choose the replicas that a person would, and do not flap. Their expressions, those of the chart
 * and of the documentation, are evaluated by Prometheus on recordings of simulated fleets, which the algorithm of Kubernetes' autoscaler
 * scales by the same values.
 */
class ScalingIT {
    private static final long BEGIN = 1_767_225_600;
    private static final int HOUR = 3600;

    /** The target is 80 % of the slots. */
    private static final double PER_WORKER = 0.8 * ScaledFleet.SLOTS;

    private static final Pattern ADAPTER_QUERY = Pattern.compile("metricsQuery: >-\\n(?<query>(?: +.*\\n)+?)```");
    private static final List<Double> EQUAL = List.of(0.5, 0.5);

    private static final Scenario HOT_GATEWAY =
            new Scenario("hot-gateway", minute -> minute < 5 ? 8 : 14, 3, 0, List.of(1.0, 0.0));
    private static final Scenario BROKEN_WORKER = new Scenario("broken-worker", _ -> 3 * PER_WORKER, 4, 1, EQUAL);
    private static final Scenario BROKEN_AND_BUSY =
            new Scenario("broken-and-busy", minute -> minute < 10 ? 3 * PER_WORKER : 18, 4, 1, EQUAL);
    private static final Scenario BURST =
            new Scenario("burst", minute -> minute >= 5 && minute < 8 ? 26 : 8, 3, 0, EQUAL);
    private static final Scenario NO_SLOT = new Scenario("no-slot", _ -> 3, 2, 2, EQUAL);
    private static final Scenario NOISE = new Scenario("noise", noisy(1, _ -> 2.7 * PER_WORKER), 3, 0, EQUAL);
    private static final Scenario HOUR_OF_CHANGE = new Scenario(
            "hour-of-change", noisy(2, minute -> 16 - 12 * Math.cos(minute / 60 * 2 * Math.PI)), 2, 0, EQUAL);
    private static final List<Scenario> SCENARIOS =
            List.of(HOT_GATEWAY, BROKEN_WORKER, BROKEN_AND_BUSY, BURST, NO_SLOT, NOISE, HOUR_OF_CHANGE);

    @TempDir
    static Path temp;

    private static final Map<String, Recording> RECORDINGS = new TreeMap<>();
    private static JsonNode hpa;
    private static JsonNode keda;
    private static Prometheus prometheus;

    @BeforeAll
    static void record() throws IOException {
        Chart chart = Chart.copy(temp.resolve("chart"));
        hpa = autoscaler(chart, "{type: hpa, minReplicas: 2, maxReplicas: 12}");
        keda = autoscaler(
                chart, "{type: keda, minReplicas: 2, maxReplicas: 12, keda: {serverAddress: 'http://prometheus'}}");
        StringBuilder samples = new StringBuilder();
        for (Scenario scenario : SCENARIOS) {
            Recording recording = ScaledFleet.run(scenario, HorizontalScaler.of(hpa), BEGIN, HOUR);
            RECORDINGS.put(scenario.name(), recording);
            samples.append(recording.samples());
        }
        Path directory = Files.createDirectories(temp.resolve("prometheus"));
        Path text = directory.resolve("samples");
        Files.writeString(text, samples.append("# EOF\n"));
        Files.writeString(directory.resolve("prometheus.yml"), "{}");
        CommandLineTool.run(
                "prometheus",
                "promtool",
                "tsdb",
                "create-blocks-from",
                "openmetrics",
                text.toString(),
                directory.resolve("data").toString());
        // The series of a pod that is removed end at once, as with targets that are no longer discovered.
        prometheus = Prometheus.start(directory, "--query.lookback-delta=10s", "--storage.tsdb.retention.time=100y");
        prometheus.await("a start", "vector(1)");
    }

    @AfterAll
    static void stop() {
        if (prometheus != null) {
            prometheus.close();
        }
    }

    private static JsonNode autoscaler(Chart chart, String values) {
        JsonNode example = Yaml.read(Path.of("helm/xg2g-gpu/ci/cluster-values.yaml"));
        JsonNode own = Chart.at("worker.autoscaling", Yaml.read(values));
        return chart.render(Chart.merged(example, own)).stream()
                .filter(object -> object.at("/metadata/name").asText().equals("xg2g-gpu-worker"))
                .filter(object -> List.of("HorizontalPodAutoscaler", "ScaledObject")
                        .contains(object.path("kind").asText()))
                .findFirst()
                .orElseThrow();
    }

    static Stream<Scenario> scenarios() {
        return SCENARIOS.stream();
    }

    /** The values that the simulated autoscaler had are those of Prometheus, by both expressions. */
    @ParameterizedTest
    @MethodSource("scenarios")
    void prometheusComputesTheValuesThatTheAutoscalerHad(Scenario scenario) throws IOException {
        Map<Long, Double> had = new TreeMap<>();
        steps(scenario).forEach(step -> step.metric().ifPresent(value -> had.put(step.second(), value)));

        for (String query : List.of(kedaQuery(scenario), adapterQuery(scenario))) {
            Map<Long, Double> computed = new TreeMap<>();
            prometheus
                    .ask(query, BEGIN + 1, BEGIN + 1 + HOUR, ScaledFleet.STEP)
                    .path(0)
                    .path("values")
                    .forEach(value -> computed.put(
                            value.path(0).asLong() - 1 - BEGIN, value.path(1).asDouble()));
            assertThat(computed.keySet()).as(query).isEqualTo(had.keySet());
            had.forEach((second, value) ->
                    assertThat(computed.get(second)).as("second %d", second).isCloseTo(value, within(1e-9)));
        }
    }

    /** KEDA makes an autoscaler of Kubernetes of its object, which decides the same. */
    @ParameterizedTest
    @MethodSource("scenarios")
    void kedaDecidesTheSame(Scenario scenario) {
        assertThat(ScaledFleet.run(scenario, HorizontalScaler.of(keda), BEGIN, HOUR).steps())
                .isEqualTo(steps(scenario));
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void theNumberOfReplicasDoesNotFlap(Scenario scenario) {
        List<Step> changes = steps(scenario).stream()
                .filter(step -> step.next() != step.replicas())
                .toList();
        for (int i = 1; i < changes.size(); i++) {
            Step before = changes.get(i - 1);
            Step change = changes.get(i);
            boolean turned = before.next() > before.replicas() != change.next() > change.replicas();
            assertThat(turned && change.second() - before.second() < 600)
                    .as("%s, then %s", before, change)
                    .isFalse();
        }
        assertThat(changes).as("changes in an hour").hasSizeLessThanOrEqualTo(12);
    }

    static List<Object[]> ends() {
        return List.of(
                new Object[] {HOT_GATEWAY, person(14), person(14)},
                new Object[] {BROKEN_WORKER, 4, 4},
                new Object[] {BURST, person(8), person(26)},
                new Object[] {NO_SLOT, 2, 2},
                new Object[] {NOISE, 3, 3});
    }

    /** Replicas after an hour, and the most that there were. */
    @ParameterizedTest
    @MethodSource("ends")
    void thereAreAsManyReplicasAsAPersonWouldChoose(Scenario scenario, int end, int most) {
        List<Step> steps = steps(scenario);

        assertThat(steps.getLast().next()).as("%s", replicas(steps)).isEqualTo(end);
        assertThat(steps).extracting(Step::next).allMatch(replicas -> replicas <= most);
    }

    @ParameterizedTest
    @MethodSource("changing")
    void theSlotsFollowTheLoad(Scenario scenario) {
        List<Step> steps = steps(scenario);

        long tooFew =
                steps.stream().filter(step -> step.slots() < step.load()).count();
        assertThat(tooFew * ScaledFleet.STEP).as("seconds with too few slots: %s", replicas(steps)).isLessThan(120);
        assertThat(steps).filteredOn(step -> step.second() > 600).allSatisfy(step -> assertThat(step.next())
                .as("%s", step)
                .isLessThanOrEqualTo(person(most(steps, step.second())) + scenario.broken() + 2));
    }

    static Stream<Scenario> changing() {
        return Stream.of(HOT_GATEWAY, BROKEN_AND_BUSY, HOUR_OF_CHANGE);
    }

    /** The number of workers with which the load is the target, rounded up. */
    private static int person(double load) {
        return (int) Math.ceil(load / PER_WORKER - 1e-9);
    }

    /** The largest load of the last half hour: replicas are removed slowly. */
    private static double most(List<Step> steps, long second) {
        return steps.stream()
                .filter(step -> step.second() <= second && step.second() > second - HOUR / 2)
                .mapToDouble(Step::load)
                .max()
                .orElseThrow();
    }

    private static List<Step> steps(Scenario scenario) {
        return RECORDINGS.get(scenario.name()).steps();
    }

    private static List<String> replicas(List<Step> steps) {
        List<String> all = new ArrayList<>();
        steps.stream()
                .filter(step -> step.next() != step.replicas())
                .forEach(step -> all.add(step.second() / 60.0 + ": " + step.next()));
        return all;
    }

    private static String kedaQuery(Scenario scenario) {
        return keda.at("/spec/triggers/0/metadata/query")
                .asText()
                .replace("namespace=\"xg2g-gpu\"", "namespace=\"" + scenario.name() + "\"");
    }

    /** What the Prometheus adapter asks, by the rule of the documentation. */
    private static String adapterQuery(Scenario scenario) throws IOException {
        Matcher rule = ADAPTER_QUERY.matcher(Files.readString(Path.of("docs/kubernetes.md")));
        assertThat(rule.find()).isTrue();
        return rule.group("query")
                .lines()
                .map(String::strip)
                .collect(Collectors.joining(" "))
                .replace(
                        "<<.LabelMatchers>>",
                        "namespace=\"%s\",service=\"xg2g-gpu-metrics\"".formatted(scenario.name()));
    }

    /** A load that varies by a tenth from one scrape to the next. */
    private static DoubleUnaryOperator noisy(int seed, DoubleUnaryOperator load) {
        return minute -> load.applyAsDouble(minute)
                * (1 + 0.1 * new SplittableRandom(seed * 100_000L + Math.round(minute * 60)).nextGaussian());
    }
}

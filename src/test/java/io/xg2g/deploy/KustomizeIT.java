package io.xg2g.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Test that the manifests for {@code kubectl} equal those of the chart. */
class KustomizeIT {
    private static final Path LAYER = Path.of("target/npm/kubectl/package/lib/layer.zip");
    private static final Path KUBECTL = LAYER.resolveSibling("kubectl");

    /** Beginning of the values of the overlay {@code cluster}. */
    private static final String CLUSTER = """
            {mode: cluster, security: {tokensSecret: xg2g-gpu-tokens}, gpu: {vendor: nvidia, runtimeClassName: nvidia}, \
            cluster: {secret: xg2g-gpu-cluster, broker: {url: 'amqp://artemis.messaging.svc:5672'}, \
            redis: {url: 'redis://valkey.databases.svc:6379'}}""";

    /** Labels used by selectors; the others are informational. */
    private static final List<String> LABELS =
            List.of("app.kubernetes.io/name", "app.kubernetes.io/instance", "app.kubernetes.io/component");

    @TempDir
    Path temp;

    @Test
    void theCpuOverlayEqualsTheChartWithoutAGpu() {
        assertSame("k8s/overlays/cpu", "security: {tokensSecret: xg2g-gpu-tokens}");
    }

    @Test
    void theNvidiaOverlayEqualsTheChartWithAGpu() {
        assertSame(
                "k8s/overlays/gpu-nvidia",
                "{security: {tokensSecret: xg2g-gpu-tokens}, gpu: {vendor: nvidia, runtimeClassName: nvidia}}");
    }

    @Test
    void theClusterOverlayEqualsTheChartInThatMode() {
        assertSame("k8s/overlays/cluster", CLUSTER + "}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "worker-hpa | worker: {autoscaling: {type: hpa}}",
                "worker-keda | worker: {autoscaling: {type: keda, keda: {serverAddress: 'http://prometheus-operated.monitoring:9090'}}}",
            })
    void aComponentForWorkersEqualsThePartOfTheChart(String component, String values) throws IOException {
        assertSame(overlay("cluster", component), CLUSTER + ", " + values + "}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "monitoring | monitoring: {serviceMonitor: {enabled: true}, prometheusRule: {enabled: true}}",
                "hpa | autoscaling: {type: hpa}",
                "keda | autoscaling: {type: keda, keda: {serverAddress: 'http://prometheus-operated.monitoring:9090'}}",
            })
    void aComponentEqualsThePartOfTheChart(String component, String values) throws IOException {
        assertSame(overlay("cpu", component), "{security: {tokensSecret: xg2g-gpu-tokens}, " + values + "}");
    }

    private static String overlay(String base, String component) throws IOException {
        Path overlay = Files.createDirectories(Path.of("target/kustomize-" + component));
        Files.writeString(
                overlay.resolve("kustomization.yaml"),
                "{resources: [../../k8s/overlays/%s], components: [../../k8s/components/%s]}"
                        .formatted(base, component));
        return overlay.toString();
    }

    private void assertSame(String overlay, String values) {
        List<JsonNode> manifests = Yaml.documents(
                CommandLineTool.run("kubernetes-client", kubectl().toString(), "kustomize", overlay));
        Map<String, JsonNode> kustomized = comparable(manifests);
        Map<String, JsonNode> charted = comparable(Chart.copy(temp).render(Yaml.read(values)));

        assertThat(manifests)
                .allSatisfy(KubernetesTypes::read)
                .filteredOn(object -> !object.path("kind").asText().equals("Namespace"))
                .allSatisfy(object -> assertThat(
                                object.path("metadata").path("namespace").asText())
                        .isEqualTo("xg2g-gpu"));
        // kustomize creates the namespace; the test object is for Helm only.
        assertThat(kustomized.remove("Namespace xg2g-gpu")).isNotNull();
        assertThat(charted.remove("Pod xg2g-gpu-test")).isNotNull();
        assertThat(kustomized.keySet()).isEqualTo(charted.keySet());
        charted.forEach((name, object) ->
                assertThat(Yaml.write(kustomized.get(name))).as(name).isEqualTo(Yaml.write(object)));
    }

    private static Map<String, JsonNode> comparable(List<JsonNode> objects) {
        return objects.stream()
                .map(KustomizeIT::comparable)
                .collect(Collectors.toMap(
                        object -> object.path("kind").asText() + " "
                                + object.path("metadata").path("name").asText(),
                        object -> object,
                        (one, other) -> {
                            throw new AssertionError("twice: " + one);
                        },
                        TreeMap::new));
    }

    /** Normalizes an object: sorted fields and variables, without informational labels and hashes of the configuration. */
    private static JsonNode comparable(JsonNode node) {
        if (node.isArray()) {
            ArrayNode all = JsonNodeFactory.instance.arrayNode();
            node.valueStream()
                    .map(KustomizeIT::comparable)
                    .sorted(Comparator.comparing(JsonNode::toString))
                    .forEach(all::add);
            return all;
        }
        if (!node.isObject()) {
            String text = node.asText();
            return node.isTextual()
                    ? JsonNodeFactory.instance.textNode(text.replaceFirst("^(xg2g-gpu(?:-worker)?)-[a-z0-9]{10}$", "$1"))
                    : node;
        }
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        new TreeMap<>(node.propertyStream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)))
                .forEach((key, value) -> {
                    switch (key) {
                        case "annotations", "namespace" -> {}
                        case "labels" -> all.set(key, comparable(((ObjectNode) value.deepCopy()).retain(LABELS)));
                        case "application.properties" -> all.put(key, sorted(value.asText()));
                        default -> all.set(key, comparable(value));
                    }
                });
        return all;
    }

    private static String sorted(String text) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new TreeSet<>(
                        properties.entrySet().stream().map(Map.Entry::toString).toList())
                .toString();
    }

    /** kubectl from the npm registry: that of Debian's stable release is too old. */
    private static Path kubectl() {
        if (!Files.isExecutable(KUBECTL)) {
            try (ZipFile layer = new ZipFile(LAYER.toFile())) {
                ZipEntry entry = layer.getEntry("kubectl/kubectl");
                try (var program = layer.getInputStream(entry)) {
                    Files.copy(program, KUBECTL);
                }
                if (!KUBECTL.toFile().setExecutable(true)) {
                    throw new IOException(KUBECTL + " cannot be made executable");
                }
            } catch (IOException e) {
                throw new UncheckedIOException("run ./mvnw pre-integration-test first: it fetches " + LAYER, e);
            }
        }
        return KUBECTL;
    }
}

package io.xg2g.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Test of the objects of a cluster of gateways and workers. */
class ClusterChartIT {
    private static final JsonNode EXAMPLE = Yaml.read(Path.of("helm/xg2g-gpu/ci/cluster-values.yaml"));

    @TempDir
    static Path temp;

    private static Chart chart;

    @BeforeAll
    static void copy() {
        chart = Chart.copy(temp);
    }

    @Test
    void gatewaysAreAStatefulSetWithVolumesAndNamesAndWorkersADeploymentWithGpus() {
        List<JsonNode> objects = chart.render(EXAMPLE);

        JsonNode gateway = one(objects, "StatefulSet", "xg2g-gpu-gateway");
        JsonNode inner = one(objects, "Service", "xg2g-gpu-inner");
        assertThat(gateway.at("/spec/serviceName").asText()).isEqualTo("xg2g-gpu-inner");
        assertThat(gateway.at("/spec/volumeClaimTemplates/0/spec/storageClassName")
                        .asText())
                .isEqualTo("fast");
        assertThat(variable(gateway, "XG2G_CLUSTER_NAME").toString()).contains("metadata.name");
        assertThat(variable(gateway, "XG2G_CLUSTER_ADDRESS").path("value").asText())
                .isEqualTo("$(XG2G_CLUSTER_NAME).xg2g-gpu-inner.xg2g-gpu.svc");
        assertThat(inner.at("/spec/clusterIP").asText()).isEqualTo("None");
        assertThat(inner.at("/spec/selector/app.kubernetes.io~1component").asText())
                .isEqualTo("gateway");
        assertThat(inner.at("/spec/ports/0/port").asInt()).isEqualTo(8090);
        assertThat(gateway.toString()).doesNotContain("nvidia.com/gpu");

        JsonNode worker = one(objects, "Deployment", "xg2g-gpu-worker");
        assertThat(worker.at("/spec/template/spec/containers/0/resources/limits/nvidia.com~1gpu")
                        .asInt())
                .isEqualTo(1);
        assertThat(variable(worker, "XG2G_CLUSTER_ADDRESS").toString()).contains("status.podIP");
    }

    @Test
    void clientsReachGatewaysOnlyAndMembersTheInnerPort() {
        List<JsonNode> objects = chart.render(EXAMPLE);

        assertThat(one(objects, "Service", "xg2g-gpu")
                        .at("/spec/selector/app.kubernetes.io~1component")
                        .asText())
                .isEqualTo("gateway");
        JsonNode gateway = one(objects, "NetworkPolicy", "xg2g-gpu-gateway").path("spec");
        JsonNode worker = one(objects, "NetworkPolicy", "xg2g-gpu-worker").path("spec");
        assertThat(allowed(gateway.path("ingress"), "inner")).containsExactly("gateway", "worker");
        assertThat(allowed(worker.path("ingress"), "inner")).containsExactly("gateway");
        assertThat(worker.path("ingress").findValuesAsText("port")).containsExactlyInAnyOrder("inner", "management");
        assertThat(allowed(worker.path("egress"), "8090")).containsExactly("gateway");
        assertThat(worker.path("egress").findValuesAsText("cidr")).isEmpty();
    }

    @Test
    void aWorkerHasNoSecretsOfClientsAndSources() {
        List<JsonNode> objects = chart.render(EXAMPLE);

        String worker = one(objects, "Deployment", "xg2g-gpu-worker").toString()
                + one(objects, "ConfigMap", "xg2g-gpu-worker");
        assertThat(worker)
                .contains("xg2g-gpu-cluster", "xg2g-gpu-broker")
                .doesNotContain("xg2g-gpu-tokens", "living-room", "redis");
        assertThat(one(objects, "StatefulSet", "xg2g-gpu-gateway").toString())
                .contains("xg2g-gpu-tokens", "living-room", "xg2g-gpu-redis");
    }

    @Test
    void theSecretIsGeneratedUnlessItIsNamed() {
        JsonNode generated = Chart.merged(EXAMPLE, Yaml.read("cluster: {secret: ''}"));

        List<JsonNode> objects = chart.render(generated);

        String secret = one(objects, "Secret", "xg2g-gpu-cluster").at("/data/secret").asText();
        assertThat(new String(Base64.getDecoder().decode(secret), StandardCharsets.UTF_8))
                .matches("[A-Za-z0-9]{48}");
        assertThat(variable(one(objects, "StatefulSet", "xg2g-gpu-gateway"), "XG2G_CLUSTER_SECRET")
                        .toString())
                .contains("\"name\":\"xg2g-gpu-cluster\"");
        assertThat(chart.render(EXAMPLE))
                .noneMatch(object -> object.path("kind").asText().equals("Secret"));
    }

    /** Labels have at most 63 characters; that of a StatefulSet's revision adds 11 to its name. */
    @Test
    void longNamesFit() {
        String name = "a".repeat(63);

        List<JsonNode> objects = chart.render(Chart.merged(EXAMPLE, Yaml.read("fullnameOverride: " + name)));

        assertThat(objects)
                .allMatch(object -> object.at("/metadata/name").asText().length() <= 63)
                .extracting(object -> object.path("kind") + " " + object.at("/metadata/name"))
                .doesNotHaveDuplicates();
        assertThat(objects)
                .filteredOn(object -> object.path("kind").asText().equals("StatefulSet"))
                .singleElement()
                .satisfies(set -> assertThat(set.at("/metadata/name").asText()).hasSizeLessThanOrEqualTo(52));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gateway", "worker"})
    void theAutoscalerScalesWhatItNames(String role) {
        JsonNode hpa = Chart.at(role + ".autoscaling.type", Yaml.read("type: hpa").path("type"));

        List<JsonNode> objects = chart.render(Chart.merged(EXAMPLE, hpa));

        JsonNode scaler = one(objects, "HorizontalPodAutoscaler", "xg2g-gpu-" + role);
        JsonNode scaled = one(objects, scaler.at("/spec/scaleTargetRef/kind").asText(), "xg2g-gpu-" + role);
        assertThat(scaled.at("/spec/replicas").isMissingNode())
                .as("without a number of its own")
                .isTrue();
        assertThat(scaler.at("/spec/metrics/0/type").asText())
                .isEqualTo(role.equals("gateway") ? "Resource" : "External");
    }

    private static JsonNode one(List<JsonNode> objects, String kind, String name) {
        List<JsonNode> found = objects.stream()
                .filter(object -> object.path("kind").asText().equals(kind))
                .filter(object -> object.at("/metadata/name").asText().equals(name))
                .toList();
        assertThat(found).as("%s %s", kind, name).hasSize(1);
        return found.getFirst();
    }

    private static JsonNode variable(JsonNode workload, String name) {
        return workload.at("/spec/template/spec/containers/0/env")
                .valueStream()
                .filter(variable -> variable.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Roles of the pods that rules allow for a port. */
    private static Stream<String> allowed(JsonNode rules, String port) {
        return rules.valueStream()
                .filter(rule -> rule.path("ports").findValuesAsText("port").contains(port))
                .flatMap(rule -> rule.findValuesAsText("app.kubernetes.io/component").stream());
    }
}

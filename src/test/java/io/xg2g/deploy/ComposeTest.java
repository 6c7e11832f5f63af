package io.xg2g.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Test that the compose files are consistent, and that the files they refer to exist. */
class ComposeTest {
    private static final Path DIRECTORY = Path.of("deploy");
    private static final JsonNode PRODUCTION = Yaml.read(DIRECTORY.resolve("docker-compose.production.yml"));
    private static final JsonNode CLUSTER = Yaml.read(DIRECTORY.resolve("docker-compose.cluster.yml"));

    @ParameterizedTest
    @ValueSource(strings = {"docker-compose.production.yml", "docker-compose.cluster.yml"})
    void mountedFilesExist(String file) {
        JsonNode compose = Yaml.read(DIRECTORY.resolve(file));
        Set<String> used = new TreeSet<>();
        for (JsonNode mount : compose.path("services").findValues("volumes").stream()
                .flatMap(JsonNode::valueStream)
                .toList()) {
            String source = mount.asText().split(":", 2)[0];
            if (source.startsWith("./")) {
                assertThat(DIRECTORY.resolve(source)).exists();
            } else {
                used.add(source);
            }
        }
        assertThat(used).isEqualTo(names(compose.path("volumes")));
    }

    /** A member of a cluster is reached by the name of its service. */
    @Test
    void theMembersOfTheClusterReachEachOtherByTheirNames() throws IOException {
        JsonNode services = CLUSTER.path("services");
        Set<String> names = names(services);
        List<String> members = names.stream()
                .filter(name -> name.matches("(gateway|worker)-.*"))
                .toList();
        String proxy = Files.readString(DIRECTORY.resolve("cluster/nginx.conf"));

        assertThat(members).containsExactly("gateway-1", "gateway-2", "worker-1", "worker-2");
        for (String member : members) {
            JsonNode own = services.path(member);
            JsonNode all = Chart.merged(services.path(own.at("/extends/service").asText(member)), own);
            JsonNode environment = all.path("environment");
            assertThat(environment.path("XG2G_CLUSTER_NAME").asText()).isEqualTo(member);
            assertThat(environment.path("XG2G_CLUSTER_ADDRESS").asText()).isEqualTo(member);
            assertThat(environment.path("XG2G_ROLE").asText()).isEqualTo(member.replaceFirst("-.*", ""));
            assertThat(environment.findValuesAsText("XG2G_CLUSTER_BROKER_URL")).containsExactly("amqp://broker:5672");
            assertThat(proxy.contains("server " + member + ":8080"))
                    .as("the proxy uses %s", member)
                    .isEqualTo(member.startsWith("gateway"));
        }
        assertThat(names).contains("broker", "redis", "proxy");
        assertThat(services.path("gateway-1").at("/environment/XG2G_CLUSTER_REDIS_URL").asText())
                .isEqualTo("redis://redis:6379");
        assertThat(services.path("gateway-1").at("/environment/XG2G_HTTP_TRUSTED_PROXIES").asText())
                .isEqualTo(CLUSTER.findValue("subnet").asText());
    }

    /** What several services need is required where it is first used. */
    @Test
    void secretsOfTheClusterAreRequiredAndNotInTheFile() throws IOException {
        String text = Files.readString(DIRECTORY.resolve("docker-compose.cluster.yml"));

        assertThat(text).contains(
                        "XG2G_CLUSTER_SECRET: ${XG2G_SECRET:?", "XG2G_CLUSTER_BROKER_PASSWORD: ${XG2G_PASSWORD:?");
        assertThat(text).doesNotContainPattern("(?i)(secret|password): *[A-Za-z0-9]");
    }

    @TestFactory
    Stream<DynamicTest> imagesHaveAVersionAndPortsArePublishedOnLoopbackOnly() {
        return Yaml.files("deploy", ".yml").stream()
                .map(file -> DynamicTest.dynamicTest(String.valueOf(file.getFileName()), () -> {
                    JsonNode services = Yaml.read(file).path("services");

                    assertThat(services.findValuesAsText("image")).allMatch(image -> image.matches(".+:.+"));
                    assertThat(services.findValues("ports").stream().flatMap(JsonNode::valueStream))
                            .allMatch(port -> port.asText().startsWith("127.0.0.1:"));
                }));
    }

    @Test
    void prometheusAndGrafanaUseTheNamesOfTheServices() {
        Set<String> names = names(PRODUCTION.path("services"));
        JsonNode prometheus = Yaml.read(DIRECTORY.resolve("monitoring/prometheus/prometheus.yml"));
        JsonNode grafana = Yaml.read(DIRECTORY.resolve("monitoring/grafana/provisioning/datasources/datasources.yml"));

        assertThat(prometheus.findValues("targets").stream()
                        .flatMap(JsonNode::valueStream)
                        .map(target -> target.asText().split(":", 2)[0]))
                .containsExactlyInAnyOrder("alertmanager", "xg2g-gpu")
                .isSubsetOf(names);
        assertThat(grafana.findValuesAsText("url").stream().map(url -> url.replaceFirst("http://([^:]+):.*", "$1")))
                .containsExactlyInAnyOrder("prometheus", "jaeger")
                .isSubsetOf(names);
    }

    @Test
    void grafanaIsProvisionedWithTheDirectoryOfTheDashboards() {
        String path = Yaml.read(DIRECTORY.resolve("monitoring/grafana/provisioning/dashboards/dashboards.yml"))
                .findValue("path")
                .asText();

        assertThat(PRODUCTION.path("services").path("grafana").path("volumes").valueStream())
                .anyMatch(mount -> mount.asText().equals("./monitoring/grafana/dashboards:" + path + ":ro"));
        assertThat(Files.exists(DIRECTORY.resolve("monitoring/grafana/dashboards/dispatch.json")))
                .isTrue();
    }

    private static Set<String> names(JsonNode object) {
        return object.propertyStream().map(Map.Entry::getKey).collect(Collectors.toCollection(TreeSet::new));
    }
}

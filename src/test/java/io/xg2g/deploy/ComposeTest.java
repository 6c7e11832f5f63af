package io.xg2g.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Test that the compose files are consistent, and that the files they refer to exist. */
class ComposeTest {
    private static final Path DIRECTORY = Path.of("deploy");
    private static final JsonNode PRODUCTION = Yaml.read(DIRECTORY.resolve("docker-compose.production.yml"));

    @Test
    void mountedFilesExist() {
        Set<String> volumes = PRODUCTION
                .path("volumes")
                .propertyStream()
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        Set<String> used = new TreeSet<>();
        for (JsonNode mount : PRODUCTION.path("services").findValues("volumes").stream()
                .flatMap(JsonNode::valueStream)
                .toList()) {
            String source = mount.asText().split(":", 2)[0];
            if (source.startsWith("./")) {
                assertThat(DIRECTORY.resolve(source)).exists();
            } else {
                used.add(source);
            }
        }
        assertThat(used).isEqualTo(volumes);
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
        Set<String> names = PRODUCTION
                .path("services")
                .propertyStream()
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
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
}

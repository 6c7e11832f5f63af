package io.xg2g.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Test that the program reads the settings of the chart and of the compose files. */
class ChartSettingsIT {
    private static final KnownSettings SETTINGS = KnownSettings.ofTheProgram();

    @TempDir
    static Path temp;

    private static Chart chart;

    @BeforeAll
    static void copy() {
        chart = Chart.copy(temp);
    }

    @TestFactory
    Stream<DynamicTest> theProgramReadsTheSettingsOfAnExample() {
        return Yaml.files("helm/xg2g-gpu/ci", ".yaml").stream()
                .map(file -> DynamicTest.dynamicTest(String.valueOf(file.getFileName()), () -> {
                    Set<String> names = new TreeSet<>();
                    for (JsonNode object : chart.render(file)) {
                        names.addAll(properties(object).stringPropertyNames());
                        object.findValues("env").stream()
                                .flatMap(JsonNode::valueStream)
                                .map(variable -> variable.path("name").asText())
                                .filter(name -> name.startsWith("XG2G_"))
                                .forEach(names::add);
                    }
                    assertThat(names).hasSizeGreaterThan(3).allMatch(SETTINGS::has);
                }));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "k8s/base/application.properties",
                "k8s/overlays/cluster/gateway.properties",
                "k8s/overlays/cluster/worker.properties"
            })
    void theProgramReadsTheSettingsOfTheManifests(String file) throws IOException {
        Properties properties = new Properties();
        properties.load(new StringReader(Files.readString(Path.of(file))));

        assertThat(properties.stringPropertyNames()).isNotEmpty().allMatch(SETTINGS::has);
    }

    @TestFactory
    Stream<DynamicTest> theProgramReadsTheSettingsOfAComposeFile() {
        return Yaml.files("deploy", ".yml").stream()
                .map(file -> DynamicTest.dynamicTest(String.valueOf(file.getFileName()), () -> {
                    List<JsonNode> environments =
                            Yaml.read(file).path("services").findValues("environment");

                    assertThat(Files.readString(file)).containsPattern("(?m)^  (xg2g-gpu|gateway-1):");
                    assertThat(environments.stream()
                                    .flatMap(JsonNode::propertyStream)
                                    .map(Map.Entry::getKey))
                            .filteredOn(name -> name.startsWith("XG2G_"))
                            .allMatch(SETTINGS::has);
                }));
    }

    /** A value may contain special characters of property files. */
    @Test
    void aPropertyIsReadAsItIsWritten() {
        JsonNode values = Yaml.read("""
                security: {anonymous: true}
                config: {xg2g.ffmpeg.path: 'C:\\ffmpeg', xg2g.live.channels.a.name: "two\\nlines", xg2g.live.memory: 10000000}
                """);

        Properties read = chart.render(values).stream()
                .map(ChartSettingsIT::properties)
                .filter(properties -> !properties.isEmpty())
                .findFirst()
                .orElseThrow();

        assertThat(read)
                .containsEntry("xg2g.ffmpeg.path", "C:\\ffmpeg")
                .containsEntry("xg2g.live.channels.a.name", "two\nlines")
                .containsEntry("xg2g.live.memory", "10000000")
                .containsEntry("xg2g.security.anonymous", "true")
                .containsEntry("xg2g.shutdown-grace", "20s");
    }

    private static Properties properties(JsonNode object) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(
                    object.path("data").path("application.properties").asText()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }
}

package io.xg2g.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Test that every download is pinned by its digest. */
class ImageDigestsTest {
    private static final Pattern FROM = Pattern.compile("(?m)^FROM (\\S+:\\S+) AS");
    private static final Pattern IMAGE = Pattern.compile("(?m)^ +image: (\\S+)$");
    private static final String DIGEST = "\\S+:[^@\\s]+@sha256:[0-9a-f]{64}";
    private static final Path DEPENDABOT = Path.of(".github/dependabot.yml");

    /** Images of this project: their digest is known after the release. */
    private static final String OWN = "ghcr.io/xg2g/xg2g-gpu";

    /** Named by tag only: their digests could not be verified. Dependabot does not add a digest. */
    private static final Set<String> BY_TAG =
            Set.of(
                    "quay.io/quarkus/ubi9-quarkus-mandrel-builder-image:jdk-25",
                    "jaegertracing/jaeger:2.8.0",
                    "apache/activemq-artemis:2.42.0",
                    "valkey/valkey:8.1.3",
                    "nginx:1.28.0");

    @Test
    void everyExternalImageHasADigest() throws IOException {
        List<String> images = new ArrayList<>();
        images.addAll(all(FROM, Path.of("src/main/docker/Dockerfile")));
        for (Path file : Yaml.files("deploy", ".yml")) {
            images.addAll(all(IMAGE, file));
        }
        images.addAll(all(IMAGE, Path.of("helm/xg2g-gpu/values.yaml")));

        assertThat(images.stream().filter(image -> !image.startsWith(OWN) && !BY_TAG.contains(image)))
                .hasSizeGreaterThan(5)
                .allMatch(image -> image.matches(DIGEST));
        assertThat(images).as("exceptions that are none").containsAll(BY_TAG);
    }

    @Test
    void dependabotKeepsThemCurrent() throws IOException {
        assertThat(Files.readString(DEPENDABOT))
                .contains("directories: [/src/main/docker, /helm/xg2g-gpu]")
                .containsPattern("package-ecosystem: docker-compose\\n +directory: /deploy\\n");
    }

    @Test
    void theMavenWrapperVerifiesAChecksum() throws IOException {
        Properties wrapper = new Properties();
        try (Stream<String> lines = Files.lines(Path.of(".mvn/wrapper/maven-wrapper.properties"))) {
            lines.map(line -> line.split("=", 2)).forEach(pair -> wrapper.setProperty(pair[0], pair[1]));
        }

        assertThat(wrapper.getProperty("distributionType")).isEqualTo("only-script");
        assertThat(wrapper.getProperty("distributionUrl")).startsWith("https://");
        assertThat(wrapper.getProperty("distributionSha256Sum")).matches("[0-9a-f]{64}");
    }

    private static List<String> all(Pattern pattern, Path file) throws IOException {
        return pattern.matcher(Files.readString(file))
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }
}

package io.xg2g.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Test of the Dockerfile: existing stages, no root user, verified downloads. */
class DockerfileTest {
    private static final Path FILE = Path.of("src/main/docker/Dockerfile");
    private static final Pattern FROM = Pattern.compile("FROM (\\S+) AS (\\S+)");
    private static final Pattern COPY_FROM = Pattern.compile("COPY --from=(\\S+) .*");

    /** Stages by name: base and instructions, with continued lines joined. */
    private static Map<String, List<String>> stages() throws IOException {
        Map<String, List<String>> stages = new LinkedHashMap<>();
        List<String> stage = new ArrayList<>();
        String text = Files.readString(FILE).replaceAll("(?m)^#.*\\n", "").replaceAll("\\\\\\n\\s*", "");
        for (String line : text.lines().filter(line -> !line.isBlank()).toList()) {
            Matcher from = FROM.matcher(line);
            if (from.matches()) {
                stage = new ArrayList<>();
                stages.put(from.group(2), stage);
            }
            stage.add(line);
        }
        return stages;
    }

    @Test
    void theImagesRunAsADedicatedUserUnderAnInit() throws IOException {
        Map<String, List<String>> stages = stages();
        for (String image : List.of("jvm", "native")) {
            assertThat(stages.get(image))
                    .startsWith("FROM base AS " + image)
                    .contains("USER 10001:10001")
                    .anyMatch(line -> line.startsWith("ENTRYPOINT [\"/usr/bin/tini\", \"--\", "));
        }
        assertThat(stages.get("base"))
                .contains("EXPOSE 8080 9000", "VOLUME /var/lib/xg2g-gpu")
                .anyMatch(line -> line.startsWith("HEALTHCHECK ") && line.contains("/healthz"));
    }

    @Test
    void stagesAndFilesThatAreCopiedExist() throws IOException {
        Map<String, List<String>> stages = stages();
        List<String> before = new ArrayList<>();
        stages.forEach((name, lines) -> {
            String parent = lines.getFirst().split(" ")[1];
            assertThat(parent).matches(image -> before.contains(image) || image.matches("\\S+:\\S+"));
            lines.stream()
                    .map(COPY_FROM::matcher)
                    .filter(Matcher::matches)
                    .forEach(copy -> assertThat(before).contains(copy.group(1)));
            before.add(name);
        });
        try (Stream<String> kept = Files.lines(Path.of(".dockerignore"))) {
            assertThat(kept.filter(line -> line.startsWith("!")).map(line -> Path.of(line.substring(1))))
                    .isNotEmpty()
                    .allMatch(Files::exists);
        }
    }

    /** The release with the fix of a decoder vulnerability (remote code execution). */
    @Test
    void ffmpegIsNewEnoughAndCheckedBeforeItIsBuilt() throws IOException {
        List<String> ffmpeg = stages().get("ffmpeg");
        assertThat(ffmpeg)
                .anyMatch(line -> line.matches("ARG FFMPEG_SHA256=[0-9a-f]{64}"))
                .anyMatch(line -> line.contains("| sha256sum -c -"));
        String version = ffmpeg.stream()
                .filter(line -> line.startsWith("ARG FFMPEG_VERSION="))
                .map(line -> line.substring(line.indexOf('=') + 1))
                .findFirst()
                .orElseThrow();
        Runtime.Version given = Runtime.Version.parse(version);
        assertThat(given).isGreaterThanOrEqualTo(Runtime.Version.parse("8.1.2"));
    }

    @Test
    void packagesAreInstalledWithoutRecommends() throws IOException {
        assertThat(stages().values().stream().flatMap(List::stream).filter(line -> line.contains("apt-get install")))
                .isNotEmpty()
                .allMatch(
                        line -> line.contains("--no-install-recommends") && line.contains("rm -rf /var/lib/apt/lists"));
    }
}

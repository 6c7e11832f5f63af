package io.xg2g.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The documents of the Debian package. */
class PackagedDocumentsIT {
    private static final Pattern LINK = Pattern.compile("]\\((?<target>[^)\\s#]+)[^)\\s]*\\)");
    private static final Pattern FENCE = Pattern.compile("(?ms)^ *```.*?^ *```");
    private static final Pattern NAMED = Pattern.compile("/usr/share/doc/xg2g-gpu/(?<file>[\\w./-]*\\w)");

    @TempDir
    static Path directory;

    @BeforeAll
    static void copy() {
        CommandLineTool.run("coreutils", "deploy/deb/documents", directory.toString());
    }

    @Test
    void thePackageInstallsTheDocuments() throws IOException {
        assertThat(Files.readString(Path.of("deploy/deb/build"))).contains("\ndeploy/deb/documents \"$doc\"\n");
    }

    @Test
    void everyLinkBetweenDocumentsResolves() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> documents =
                    files.filter(file -> file.toString().endsWith(".md")).toList();
            assertThat(documents).contains(directory.resolve("README.md"), directory.resolve("docs/operations.md"));
            for (Path document : documents) {
                String prose = FENCE.matcher(Files.readString(document)).replaceAll("");
                assertThat(LINK.matcher(prose).results().map(link -> link.group("target")))
                        .filteredOn(target -> !target.matches("[a-z]+:.*"))
                        .as("%s", document)
                        .allSatisfy(target ->
                                assertThat(document.resolveSibling(target)).exists());
            }
        }
    }

    @Test
    void thePackageInstallsAlertsAndDashboards() {
        assertThat(directory.resolve("deploy/monitoring/prometheus/rules/xg2g-gpu.yml"))
                .exists();
        assertThat(directory.resolve("deploy/monitoring/grafana/dashboards"))
                .isDirectoryContaining("glob:**/dispatch.json")
                .isDirectoryContaining("glob:**/gpu-transcoding.json")
                .isDirectoryContaining("glob:**/streams.json");
    }

    @Test
    void filesNamedByThePackagesSettingsExist() throws IOException {
        List<String> named = NAMED.matcher(Files.readString(Path.of("deploy/deb/application.properties")))
                .results()
                .map((MatchResult file) -> file.group("file"))
                .filter(file -> !file.startsWith("examples/"))
                .toList();

        assertThat(named)
                .isNotEmpty()
                .allSatisfy(file -> assertThat(directory.resolve(file)).exists());
    }
}

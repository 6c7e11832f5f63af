package io.xg2g.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.problem.ProblemType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Test that {@code docs/api.md} lists exactly the paths of the program, and {@code docs/problems.md} exactly its problem
 * codes.
 */
class HttpReferenceTest {
    /** A row of a table of paths: request and role. */
    private static final Pattern PATH =
            Pattern.compile("(?m)^\\| `([A-Z]+) (/[^`?]*)(?:\\?([^`]*))?` \\| (\\w+) \\| [^|]+ \\|$");

    /** A row of the table of problems: status and code. */
    private static final Pattern PROBLEM = Pattern.compile("(?m)^\\| (\\d{3}) \\| `([a-z-]+)` \\|");

    @Test
    void everyPathIsDocumentedWithItsRoleAndQuery() {
        List<String> documented = rows("docs/api.md", PATH)
                .map(row -> line(
                        row.group(1),
                        row.group(2),
                        row.group(4),
                        row.group(3) == null
                                ? Stream.empty()
                                : Arrays.stream(row.group(3).split("&"))
                                        .map(parameter -> parameter.replaceFirst("=$", ""))))
                .toList();

        assertThat(documented)
                .containsExactlyInAnyOrderElementsOf(Route.access()
                        .map(access -> line(
                                access.route().method(), access.route().path(), access.role(), access.query().stream()))
                        .toList());
    }

    @Test
    void pathsOfExtensionsAreThoseOfTheConfiguration() throws IOException {
        Properties shipped = new Properties();
        try (InputStream in = Files.newInputStream(Path.of("src/main/resources/application.properties"))) {
            shipped.load(in);
        }

        assertThat(Stream.of(
                                "quarkus.smallrye-openapi.path",
                                "quarkus.smallrye-health.liveness-path",
                                "quarkus.smallrye-health.readiness-path",
                                "quarkus.smallrye-health.startup-path",
                                "quarkus.micrometer.export.prometheus.path")
                        .map(shipped::getProperty))
                .isSubsetOf(Route.all().stream().map(Route::path).toList());
    }

    @Test
    void everyProblemCodeIsDocumentedWithItsStatus() {
        assertThat(rows("docs/problems.md", PROBLEM).map(row -> row.group(1) + " " + row.group(2)))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(ProblemType.values())
                        .map(type -> type.status() + " " + type.code())
                        .toList());
    }

    private static String line(String method, String path, String role, Stream<String> query) {
        return method + " " + path + " " + role + " " + query.collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<MatchResult> rows(String document, Pattern row) {
        return row.matcher(DocumentedBlock.read(Path.of(document))).results();
    }
}

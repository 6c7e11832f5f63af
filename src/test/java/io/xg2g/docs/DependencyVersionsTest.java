package io.xg2g.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.module.ModuleDescriptor.Version;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Minimum versions of the libraries that parse external input, as resolved by Maven. Earlier versions have published
 * vulnerabilities (docs/adr/0024). A minimum is raised when another one is published.
 */
class DependencyVersionsTest {
    /**
     * Libraries with their own versions (the releases of vertx-proton end at 4.5.27), or without run-time code: annotations, a source
     * generator.
     */
    private static final Set<String> OTHERS =
            Set.of("netty-tcnative-classes", "jackson-annotations", "vertx-codegen", "vertx-proton");

    private record Library(String artifact, String version) {}

    @ParameterizedTest
    @CsvSource({
        "io.netty, 4.1.136.Final, netty-codec-http",
        "io.netty, 4.1.136.Final, netty-codec-http2",
        "io.netty, 4.1.136.Final, netty-handler",
        "io.vertx, 4.5.28, vertx-core",
        "io.vertx, 4.5.28, vertx-web",
        "io.vertx, 4.5.28, vertx-redis-client",
        "com.fasterxml.jackson, 2.21.3, jackson-core",
        "com.fasterxml.jackson, 2.21.3, jackson-databind",
        "com.fasterxml.jackson, 2.21.3, jackson-dataformat-csv"
    })
    void everyLibraryOfTheGroupIsNewEnough(String group, String minimum, String artifact) {
        List<Library> libraries = libraries(group);

        assertThat(libraries).extracting(Library::artifact).contains(artifact);
        assertThat(libraries)
                .filteredOn(library -> !OTHERS.contains(library.artifact()))
                .allSatisfy(library ->
                        assertThat(Version.parse(library.version())).isGreaterThanOrEqualTo(Version.parse(minimum)));
    }

    /** Its maintainers ask projects not to use it: random tests use {@code io.xg2g.random}. */
    @Test
    void jqwikIsNotOnTheClassPath() {
        assertThat(libraries("net.jqwik")).isEmpty();
    }

    /** From the paths in Maven's repository: {@code io/vertx/vertx-core/4.5.28/vertx-core-4.5.28.jar}. */
    private static List<Library> libraries(String group) {
        Pattern place =
                Pattern.compile(".*/" + group.replace('.', '/') + "(?:/[^/]+)?/([^/]+)/([^/]+)/\\1-\\2[^/]*\\.jar");
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(place::matcher)
                .filter(Matcher::matches)
                .map(jar -> new Library(jar.group(1), jar.group(2)))
                .toList();
    }
}

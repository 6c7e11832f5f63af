package io.xg2g.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Versions of the libraries that parse what comes from outside, as Maven resolved them. Those before these minimums have
 * published vulnerabilities (docs/adr/0024). A minimum is raised when another one is published.
 */
class DependencyVersionsTest {
    /** Annotations alone, without code; released as 2.21 once for all 2.21.x. */
    private static final String WITHOUT_CODE = "jackson-annotations";

    private record Library(String group, String artifact, String version) {}

    @ParameterizedTest
    @CsvSource({
        "io.netty, 4.1.136.Final, netty-codec-http",
        "io.netty, 4.1.136.Final, netty-codec-http2",
        "io.netty, 4.1.136.Final, netty-handler",
        "io.vertx, 4.5.28, vertx-core",
        "io.vertx, 4.5.28, vertx-web",
        "com.fasterxml.jackson, 2.21.3, jackson-core",
        "com.fasterxml.jackson, 2.21.3, jackson-databind",
        "com.fasterxml.jackson, 2.21.3, jackson-dataformat-csv",
        "io.quarkus, 3.34.1, quarkus-vertx-http"
    })
    void everyLibraryOfTheGroupIsNewEnough(String group, String minimum, String artifact) throws IOException {
        List<Library> libraries = libraries(group);

        assertThat(libraries).extracting(Library::artifact).contains(artifact);
        assertThat(libraries)
                .filteredOn(library -> !library.artifact().equals(WITHOUT_CODE))
                .allSatisfy(library ->
                        assertThat(Version.parse(library.version())).isGreaterThanOrEqualTo(Version.parse(minimum)));
    }

    /** What the jars on the class path say of themselves. */
    private static List<Library> libraries(String group) throws IOException {
        List<Library> found = new ArrayList<>();
        for (String jar : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (jar.endsWith(".jar")) {
                try (JarFile file = new JarFile(jar)) {
                    for (String entry : descriptions(file)) {
                        Map<Object, Object> said = read(file, entry);
                        Library library = new Library(
                                String.valueOf(said.get("groupId")),
                                String.valueOf(said.get("artifactId")),
                                String.valueOf(said.get("version")));
                        if (library.group().equals(group) || library.group().startsWith(group + ".")) {
                            found.add(library);
                        }
                    }
                }
            }
        }
        return found;
    }

    private static List<String> descriptions(JarFile file) {
        try (Stream<String> names = file.stream().map(Object::toString)) {
            return names.filter(name -> name.matches("META-INF/maven/[^/]+/[^/]+/pom\\.properties"))
                    .toList();
        }
    }

    private static Map<Object, Object> read(JarFile file, String entry) throws IOException {
        Properties properties = new Properties();
        try (InputStream bytes = file.getInputStream(file.getJarEntry(entry))) {
            properties.load(bytes);
        }
        return properties;
    }
}

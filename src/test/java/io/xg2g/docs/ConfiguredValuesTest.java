package io.xg2g.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.Startup;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.ManagementInterface;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.smallrye.config.EnvConfigSource;
import io.vertx.ext.web.Router;
import jakarta.enterprise.context.ApplicationScoped;
import java.lang.reflect.Executable;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Test that every property of docs/configuration.md accepts a legal value from its variable and refuses an illegal one.
 */
class ConfiguredValuesTest {
    /** Events of the start. */
    private static final Set<Class<?>> STARTS =
            Set.of(StartupEvent.class, Router.class, Filters.class, ManagementInterface.class);

    @TempDir
    Path directory;

    @Test
    void legalValuesOfAllVariablesAreAccepted() {
        Map<String, String> variables = legal("FRONT_DOOR");

        assertThat(ConfigurationStart.problems(variables(variables))).isEmpty();
        Set<String> names = new HashSet<>();
        ConfigurationStart.config(variables(variables))
                .getValue("xg2g.live.channels", String.class)
                .lines()
                .forEach(names::add);
        assertThat(names)
                .contains("xg2g.live.channels.\"front-door\".url")
                .doesNotContain("xg2g.live.channels.\"front.door\".url");
    }

    private static Stream<DocumentedProperty> withIllegalValues() {
        return DocumentedProperty.all().stream()
                .filter(property -> property.illegal().isPresent());
    }

    @ParameterizedTest
    @MethodSource("withIllegalValues")
    void anIllegalValueIsReportedWithItsPropertyAndBounds(DocumentedProperty property) {
        Map<String, String> variables = legal("DOOR");
        String value = property.illegal().orElseThrow();
        variables.put(property.variable("DOOR"), value);

        List<String> problems = ConfigurationStart.problems(variables(variables));

        String last = property.property().substring(property.property().lastIndexOf('.') + 1);
        assertThat(problems).as("a value of %s that is not allowed", property).anySatisfy(problem -> {
            assertThat(problem)
                    .doesNotContain("\n")
                    .contains(property.property("").replaceFirst("\\.\\..*", ""))
                    .contains(last)
                    .containsPattern("(?i)allowed|expected|is not|must be|cannot convert");
        });
    }

    @Test
    void everyPropertyTypeHasTestValues() {
        assertThat(DocumentedProperty.all()).hasSizeGreaterThan(80);
        assertThat(withIllegalValues().count()).isGreaterThan(75);
    }

    /** An application-scoped bean is created on its first call, which may be long after the start. */
    @Test
    void mappingsAreReadAtStart() {
        assertThat(ConfigurationStart.readers()
                        .map(Executable::getDeclaringClass)
                        .filter(type -> type.isAnnotationPresent(ApplicationScoped.class))
                        .filter(type -> !type.isAnnotationPresent(Startup.class))
                        .filter(type -> Arrays.stream(type.getDeclaredMethods())
                                .flatMap(method -> Arrays.stream(method.getParameterTypes()))
                                .noneMatch(STARTS::contains)))
                .as("application-scoped beans that are given a mapping and neither are @Startup nor observe the start")
                .isEmpty();
    }

    private Map<String, String> legal(String name) {
        Map<String, String> variables = new TreeMap<>();
        for (DocumentedProperty property : DocumentedProperty.all()) {
            variables.put(property.variable(name), property.legal());
        }
        variables.put("XG2G_DATA_DIR", directory.resolve("data").toString());
        variables.put("XG2G_FFMPEG_WORK_DIR", directory.resolve("work").toString());
        variables.put(
                "XG2G_LIVE_CHANNELS_FILE", directory.resolve("channels.json").toString());
        variables.put("XG2G_SECURITY_TOKEN_FILE", "/dev/null");
        return variables;
    }

    private static EnvConfigSource variables(Map<String, String> variables) {
        return new EnvConfigSource(variables, 300);
    }
}

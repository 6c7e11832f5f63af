package io.xg2g.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.quarkus.vertx.http.ManagementInterface;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.ext.web.Router;
import io.xg2g.config.StrictBoolean;
import io.xg2g.live.ChannelNames;
import io.xg2g.ops.NamesInVariables;
import jakarta.enterprise.context.ApplicationScoped;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every property of docs/configuration.md takes a legal value from its variable, and refuses an illegal one. A start is
 * everything that reads a mapping: all constructors and methods {@code of} in the program that are given one.
 */
class ConfiguredValuesTest {
    private static final List<Class<?>> PROGRAM = program();
    private static final List<Class<?>> MAPPINGS = PROGRAM.stream()
            .filter(type -> type.isAnnotationPresent(ConfigMapping.class))
            .collect(Collectors.toList());

    /** Events of the start. */
    private static final Set<Class<?>> STARTS =
            Set.of(StartupEvent.class, Router.class, Filters.class, ManagementInterface.class);

    @TempDir
    Path directory;

    @Test
    void legalValuesOfAllVariablesTogetherAreTaken() {
        Map<String, String> variables = legal("FRONT_DOOR");

        assertThat(start(variables)).isEmpty();
        Set<String> names = new HashSet<>();
        config(variables).getValue("xg2g.live.channels", String.class).lines().forEach(names::add);
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
    void anIllegalValueIsNamedWithItsPropertyAndWhatIsAllowed(DocumentedProperty property) {
        Map<String, String> variables = legal("DOOR");
        String value = property.illegal().orElseThrow();
        variables.put(property.variable("DOOR"), value);

        List<String> problems = start(variables);

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
    void everyTypeOfPropertyIsKnownHere() {
        assertThat(DocumentedProperty.all()).hasSizeGreaterThan(80);
        assertThat(withIllegalValues().count()).isGreaterThan(75);
    }

    /** A bean of the application's scope is made when it is first called, which may be long after the start. */
    @Test
    void whatReadsAMappingDoesSoAtTheStart() {
        assertThat(readers()
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

    private static SmallRyeConfig config(Map<String, String> variables) {
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withInterceptors(new NamesInVariables(), new ChannelNames())
                .withConverter(Boolean.class, 200, new StrictBoolean())
                .withConverter(java.time.Duration.class, 200, new DurationConverter())
                .withConverter(io.quarkus.runtime.configuration.MemorySize.class, 200, new MemorySizeConverter())
                .withSources(
                        new EnvConfigSource(variables, 300),
                        new PropertiesConfigSource(Map.of("java.io.tmpdir", "/tmp", "user.home", "/tmp"), "home", 100));
        MAPPINGS.forEach(builder::withMapping);
        return builder.build();
    }

    /** What is wrong, one line each. */
    private static List<String> start(Map<String, String> variables) {
        SmallRyeConfig config;
        try {
            config = config(variables);
        } catch (ConfigValidationException invalid) {
            return List.of(invalid.getProblem(0).getMessage());
        }
        Map<Class<?>, Object> given = new HashMap<>(Map.of(
                MeterRegistry.class, new SimpleMeterRegistry(),
                SecureRandom.class, new SecureRandom(),
                ObjectMapper.class, new ObjectMapper(),
                String.class, "127.0.0.1",
                List.class, List.of()));
        MAPPINGS.forEach(mapping -> given.put(mapping, config.getConfigMapping(mapping)));
        given.put(Config.class, config);
        List<String> problems = new ArrayList<>();
        readers().forEach(reader -> call(reader, given).ifPresent(problems::add));
        return problems;
    }

    private static Stream<Executable> readers() {
        return PROGRAM.stream()
                .filter(type -> !type.getSimpleName().isEmpty() && !type.isInterface())
                .flatMap(type -> Stream.concat(
                        Arrays.stream(type.getDeclaredConstructors()),
                        Arrays.stream(type.getDeclaredMethods())
                                .filter(method -> Modifier.isStatic(method.getModifiers())
                                        && method.getName().equals("of"))))
                .filter(reader -> Arrays.stream(reader.getParameterTypes()).anyMatch(MAPPINGS::contains));
    }

    /** What it refuses; it may fail otherwise, for most of what it needs is not there. */
    private static Optional<String> call(Executable reader, Map<Class<?>, Object> given) {
        @Nullable
        Object[] arguments =
                Arrays.stream(reader.getParameterTypes()).map(given::get).toArray();
        try {
            reader.setAccessible(true);
            if (reader instanceof Constructor<?> constructor) {
                constructor.newInstance(arguments);
            } else {
                ((Method) reader).invoke(null, arguments);
            }
        } catch (InvocationTargetException failed) {
            return failed.getCause() instanceof ConfigurationException refused
                    ? Optional.of(String.valueOf(refused.getMessage()))
                    : Optional.empty();
        } catch (ReflectiveOperationException | IllegalArgumentException other) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    private static List<Class<?>> program() {
        Set<String> names = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("io.xg2g").stream()
                        .map(JavaClass::getName)
                        .filter(name -> !name.endsWith("package-info"))
                        .collect(Collectors.toSet());
        List<Class<?>> classes = new ArrayList<>();
        for (String name : names) {
            try {
                classes.add(Class.forName(name, false, ConfiguredValuesTest.class.getClassLoader()));
            } catch (ClassNotFoundException e) {
                throw new IllegalStateException(e);
            }
        }
        return classes;
    }
}

package io.xg2g.docs;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.tngtech.archunit.core.domain.JavaClass;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.xg2g.CodeUnderTest;
import io.xg2g.channel.ChannelNames;
import io.xg2g.config.StrictBoolean;
import io.xg2g.ops.NamesInVariables;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

/**
 * The part of a start that reads the configuration: all constructors and methods {@code of} in the program with a mapping
 * as parameter.
 */
final class ConfigurationStart {
    /** All classes of the program. */
    static final List<Class<?>> PROGRAM = program();

    private static final List<Class<?>> MAPPINGS = PROGRAM.stream()
            .filter(type -> type.isAnnotationPresent(ConfigMapping.class))
            .collect(Collectors.toList());

    private ConfigurationStart() {}

    /** The configuration with this source and the defaults. */
    static SmallRyeConfig config(ConfigSource source) {
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withInterceptors(new NamesInVariables(), new ChannelNames())
                .withConverter(Boolean.class, 200, new StrictBoolean())
                .withConverter(java.time.Duration.class, 200, new DurationConverter())
                .withConverter(io.quarkus.runtime.configuration.MemorySize.class, 200, new MemorySizeConverter())
                .withSources(
                        source,
                        new PropertiesConfigSource(Map.of("java.io.tmpdir", "/tmp", "user.home", "/tmp"), "home", 100));
        MAPPINGS.forEach(builder::withMapping);
        return builder.build();
    }

    /** Errors, one line each. */
    static List<String> problems(ConfigSource source) {
        SmallRyeConfig config;
        try {
            config = config(source);
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

    /** Constructors and methods with a mapping as parameter. */
    static Stream<Executable> readers() {
        return PROGRAM.stream()
                .filter(type -> !type.getSimpleName().isEmpty() && !type.isInterface())
                .flatMap(type -> Stream.concat(
                        Arrays.stream(type.getDeclaredConstructors()),
                        Arrays.stream(type.getDeclaredMethods())
                                .filter(method -> Modifier.isStatic(method.getModifiers())
                                        && method.getName().equals("of"))))
                .filter(reader -> Arrays.stream(reader.getParameterTypes()).anyMatch(MAPPINGS::contains));
    }

    /** Configuration error of a call; other failures are ignored, since most dependencies are missing. */
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
        Set<String> names = CodeUnderTest.program().stream()
                .map(JavaClass::getName)
                .filter(name -> !name.endsWith("package-info"))
                .collect(Collectors.toSet());
        List<Class<?>> classes = new ArrayList<>();
        for (String name : names) {
            try {
                classes.add(Class.forName(name, false, ConfigurationStart.class.getClassLoader()));
            } catch (ClassNotFoundException e) {
                throw new IllegalStateException(e);
            }
        }
        return classes;
    }
}

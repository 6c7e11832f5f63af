package io.xg2g.ops;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigMapping;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.spi.BeanManager;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Makes an environment variable that looks like a property but is none a start-up error. (For properties the
 * configuration library does so itself; it cannot for variables, whose names lose what separates words.)
 *
 * <p>What is known are the properties of the mappings that are beans, so a new mapping cannot be forgotten.
 */
@ApplicationScoped
class EnvironmentCheck {
    private static final String PREFIX = "XG2G_";

    private final BeanManager beans;

    EnvironmentCheck(BeanManager beans) {
        this.beans = beans;
    }

    void start(@Observes StartupEvent event) {
        problem(KnownVariables.of(mappings()), System.getenv().keySet()).ifPresent(problem -> {
            throw new ConfigurationException(problem);
        });
    }

    private Collection<Class<?>> mappings() {
        return beans.getBeans(Object.class, Any.Literal.INSTANCE).stream()
                .flatMap(bean -> bean.getTypes().stream())
                .filter(type -> type instanceof Class<?> mapping && mapping.isAnnotationPresent(ConfigMapping.class))
                .map(type -> (Class<?>) type)
                .collect(Collectors.toSet());
    }

    /** What is wrong with these variables, in one line. */
    static Optional<String> problem(KnownVariables known, Set<String> variables) {
        Set<String> unknown = variables.stream()
                .filter(name -> name.startsWith(PREFIX) && !known.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
        return unknown.isEmpty()
                ? Optional.empty()
                : Optional.of("environment variables that are no settings: "
                        + unknown.stream()
                                .map(name -> known.nearest(name)
                                        .map(nearest -> name + " (did you mean " + nearest + "?)")
                                        .orElse(name))
                                .collect(Collectors.joining(", "))
                        + "; docs/configuration.md lists those that are");
    }
}

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
 * Rejects environment variables that begin with {@code XG2G_} and belong to no property: the program does not start.
 * (SmallRye Config does so for properties, but cannot for variables, whose names do not retain the separators.)
 *
 * <p>The known properties are those of all configuration mappings that are beans.
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

    /** Returns the error message, in one line; empty if all variables are known. */
    static Optional<String> problem(KnownVariables known, Set<String> variables) {
        Set<String> unknown = variables.stream()
                .filter(name -> name.startsWith(PREFIX) && !known.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
        return unknown.isEmpty()
                ? Optional.empty()
                : Optional.of("unknown environment variables: "
                        + unknown.stream()
                                .map(name -> known.nearest(name)
                                        .map(nearest -> name + " (did you mean " + nearest + "?)")
                                        .orElse(name))
                                .collect(Collectors.joining(", "))
                        + "; docs/configuration.md lists the known ones");
    }
}

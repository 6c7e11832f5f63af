package io.xg2g.ops;

import io.quarkus.runtime.StartupEvent;
import io.xg2g.config.ConfigBounds;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import org.eclipse.microprofile.config.Config;

/** Check of the configured ports, which the framework does not validate before it listens. */
@ApplicationScoped
class ListenPorts {
    private static final List<String> PROPERTIES =
            List.of("quarkus.http.port", "quarkus.http.ssl-port", "quarkus.management.port");

    private final Config config;

    ListenPorts(Config config) {
        this.config = config;
    }

    void start(@Observes StartupEvent event) {
        for (String property : PROPERTIES) {
            config.getOptionalValue(property, Integer.class)
                    .ifPresent(port -> ConfigBounds.number(property, port, 0, 65_535));
        }
    }
}

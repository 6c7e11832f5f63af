package io.xg2g.ops;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Set;
import org.jboss.logging.Logger;

/** Log message of a worker that names the properties that it {@linkplain WorkerSettings ignores}. */
@ApplicationScoped
class WorkerNotice {
    private static final Logger LOG = Logger.getLogger(WorkerNotice.class);

    void start(@Observes StartupEvent event) {
        Set<String> ignored = WorkerSettings.ignored();
        if (!ignored.isEmpty()) {
            LOG.warnf(
                    "xg2g.role is worker: what only gateways do is ignored: properties=%s", String.join(", ", ignored));
        }
    }
}

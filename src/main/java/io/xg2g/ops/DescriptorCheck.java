package io.xg2g.ops;

import io.quarkus.runtime.StartupEvent;
import io.xg2g.storage.FileDescriptors;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.jboss.logging.Logger;

/** Check of the number of file descriptors that the program may open. */
@ApplicationScoped
class DescriptorCheck {
    private static final Logger LOG = Logger.getLogger(DescriptorCheck.class);

    private final FileDescriptors descriptors;

    DescriptorCheck(FileDescriptors descriptors) {
        this.descriptors = descriptors;
    }

    /** Runs when everything else has opened its files. */
    void start(@Observes @Priority(Lifecycle.LAST - 1) StartupEvent event) {
        descriptors.measure();
        LOG.infof("file descriptors: %s", descriptors);
    }
}

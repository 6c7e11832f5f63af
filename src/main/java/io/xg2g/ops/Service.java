package io.xg2g.ops;

import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.xg2g.config.ExitCode;
import jakarta.inject.Singleton;

/**
 * The service. {@link #run} is called when everything has started and all ports are open, and returns when the program
 * ends.
 */
@Singleton
@Unremovable
final class Service implements QuarkusApplication {
    private final Lifecycle lifecycle;

    Service(Lifecycle lifecycle) {
        this.lifecycle = lifecycle;
    }

    @Override
    public int run(String... args) {
        lifecycle.started();
        Quarkus.waitForExit();
        return ExitCode.OK.value();
    }
}

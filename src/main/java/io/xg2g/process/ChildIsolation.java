package io.xg2g.process;

import jakarta.inject.Singleton;

/** What the system allows of the isolation of child processes, for an operator to read. */
@Singleton
public class ChildIsolation {
    private static final String AS_ROOT =
            ", as root without capabilities; xg2g.ffmpeg.user names a user for them, or the service is started as one";

    private final ProcessSettings settings;
    private final ChildBounds bounds;

    ChildIsolation(ProcessSettings settings, ChildBounds bounds) {
        this.bounds = bounds;
        this.settings = settings;
    }

    /** One sentence. Blocks until it has been tried. */
    @Override
    public String toString() {
        String user = settings.user().map(of -> ", as user " + of.name()).orElse(ChildUser.isRoot() ? AS_ROOT : "");
        return bounds.networkIsolation()
                        .map(way -> "without network (" + way + "), except those that fetch a source")
                        .orElse(
                                "with network; without it where the service has CAP_SYS_ADMIN, or where the system allows user"
                                        + " namespaces (docs/security.md)")
                + user;
    }
}

package io.xg2g.process;

import jakarta.inject.Singleton;

/** Description of the isolation of child processes on this machine, for the operator. */
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

    /** Returns one sentence. Blocks while the limits are tested. */
    @Override
    public String toString() {
        String user =
                settings.user().map(child -> ", as user " + child.name()).orElse(ChildUser.isRoot() ? AS_ROOT : "");
        return bounds.networkIsolation()
                        .map(prefix -> "without network (" + prefix + "), except those that fetch a source")
                        .orElse(
                                "with network; without it where the service has CAP_SYS_ADMIN, or where the system allows user"
                                        + " namespaces (docs/security.md)")
                + user;
    }
}

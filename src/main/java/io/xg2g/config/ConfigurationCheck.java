package io.xg2g.config;

/** Whether this process only checks its configuration ({@code --check}), beside the service, which keeps its ports and names. */
public final class ConfigurationCheck {
    private static volatile boolean requested;

    private ConfigurationCheck() {}

    /** Makes this process a check; before the configuration is read. */
    public static void request() {
        requested = true;
    }

    /** Returns whether this process is a check. */
    public static boolean isRequested() {
        return requested;
    }
}

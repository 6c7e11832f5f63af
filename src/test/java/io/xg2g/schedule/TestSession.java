package io.xg2g.schedule;

import org.awaitility.Awaitility;
import org.eclipse.microprofile.context.spi.ContextManagerProvider;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/** Preparation of each JVM of the tests. */
public final class TestSession implements LauncherSessionListener {
    private static final int SECONDS = 30;

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        // The tests' waits only detect hangs.
        Awaitility.setDefaultTimeout(Patience.seconds(SECONDS));
        // Quarkus does this at the start of the program; its first use by two threads at once fails.
        ContextManagerProvider.instance();
    }
}

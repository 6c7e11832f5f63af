package io.xg2g.schedule;

import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/** Sets the default timeout of the tests' waits, which detects hangs only. */
public final class PatientSession implements LauncherSessionListener {
    private static final int SECONDS = 30;

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        Awaitility.setDefaultTimeout(Patience.seconds(SECONDS));
    }
}

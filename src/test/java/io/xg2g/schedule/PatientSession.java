package io.xg2g.schedule;

import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/** Every wait of a test that names no bound of its own has this one, which only says that nothing hangs. */
public final class PatientSession implements LauncherSessionListener {
    private static final int SECONDS = 30;

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        Awaitility.setDefaultTimeout(Patience.seconds(SECONDS));
    }
}

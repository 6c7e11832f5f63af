package io.xg2g.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.schedule.Patience;
import io.xg2g.service.RunningService;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Notifications to systemd from the start of the service to its end. */
class SystemdWatchdogIT {
    @TempDir
    Path directory;

    @Test
    void systemdIsNotifiedFromStartToStop() throws Exception {
        String socket = directory.resolve("notify").toString();
        Map<String, String> environment = Map.of("NOTIFY_SOCKET", socket, "WATCHDOG_USEC", "1000000");
        try (NotifyListener systemd = new NotifyListener(socket);
                RunningService service = RunningService.launch(environment, directory.resolve("work"), Map.of())) {
            assertThat(systemd.next()).isEqualTo("READY=1");
            service.awaitReady();
            for (int n = 0; n < 3; n++) {
                assertThat(systemd.next()).isEqualTo("WATCHDOG=1");
            }

            service.process().destroy();
            String last = systemd.next();
            while (last.equals("WATCHDOG=1")) {
                last = systemd.next();
            }

            assertThat(last).isEqualTo("STOPPING=1");
            service.process().onExit().get(Patience.seconds(60).toSeconds(), TimeUnit.SECONDS);
            assertThat(service.log()).doesNotContain("does not hear", "\tat ");
        }
    }
}

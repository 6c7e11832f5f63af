package io.xg2g.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Interval of the watchdog notifications. */
class SystemdWatchdogTest {
    @Test
    void theWatchdogAppliesToItsProcessOnly() {
        assertThat(SystemdWatchdog.period(Map.of("WATCHDOG_USEC", "30000000"), 7))
                .contains(Duration.ofSeconds(15));
        assertThat(SystemdWatchdog.period(Map.of("WATCHDOG_USEC", "30000000", "WATCHDOG_PID", "7"), 7))
                .contains(Duration.ofSeconds(15));
        assertThat(SystemdWatchdog.period(Map.of("WATCHDOG_USEC", "30000000", "WATCHDOG_PID", "8"), 7))
                .isEmpty();
        assertThat(SystemdWatchdog.period(Map.of(), 7)).isEmpty();
        assertThat(SystemdWatchdog.period(Map.of("WATCHDOG_USEC", "0"), 7)).isEmpty();
    }
}

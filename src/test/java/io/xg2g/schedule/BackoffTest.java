package io.xg2g.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration MAX = Duration.ofSeconds(60);

    @ParameterizedTest
    @CsvSource({"1,1", "2,2", "3,4", "6,32", "7,60", "8,60", "1000,60", "2147483647,60"})
    void theDelayDoublesUpToItsMaximum(int failures, int seconds) {
        assertThat(Backoff.exact(FIRST, MAX).after(failures)).hasSeconds(seconds);
        assertThat(new Backoff(FIRST, MAX, () -> 0).after(failures))
                .isEqualTo(Duration.ofSeconds(seconds).dividedBy(2));
        assertThat(new Backoff(FIRST, MAX, () -> 0.5).after(failures))
                .isEqualTo(Duration.ofSeconds(seconds).dividedBy(4).multipliedBy(3));
        assertThat(Backoff.jittered(FIRST, MAX).after(failures))
                .isBetween(Duration.ofSeconds(seconds).dividedBy(2), Duration.ofSeconds(seconds));
    }

    @Test
    void longDelaysDoNotOverflow() {
        Duration year = Duration.ofDays(365);
        assertThat(Backoff.exact(year, year.multipliedBy(100)).after(1000)).isEqualTo(year.multipliedBy(100));
        assertThat(Backoff.exact(Duration.ZERO, Duration.ZERO).after(1000)).isZero();
    }

    @Test
    void aConfiguredDelayOutOfBoundsIsRefusedWithItsKey() {
        assertThatThrownBy(() -> Backoff.configured("a.key", Duration.ofMillis(99), MAX))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("a.key");
        assertThat(Backoff.configured("a.key", FIRST, MAX).first()).isEqualTo(FIRST);
    }
}

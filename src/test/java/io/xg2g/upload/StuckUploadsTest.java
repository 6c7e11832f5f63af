package io.xg2g.upload;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StuckUploadsTest {
    private static final Duration LONG = Duration.ofSeconds(61);

    private final StuckUploads stuck = new StuckUploads("https://cdn.example.org/");

    @Test
    void isToldOnceUntilTheWindowsAreUploaded() {
        assertThat(stuck.check(Duration.ofSeconds(60), Optional.empty())).isEmpty();
        assertThat(stuck.check(LONG, Optional.of(TargetException.Kind.TIMEOUT))).isPresent();
        assertThat(stuck.check(LONG, Optional.of(TargetException.Kind.TIMEOUT))).isEmpty();
        assertThat(stuck.check(Duration.ZERO, Optional.empty())).isEmpty();
        assertThat(stuck.check(LONG, Optional.empty())).isPresent();
    }
}

package io.xg2g.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class UnavailableTest {
    @Test
    void aClientKnowsWhenToRepeatItsRequest() {
        assertThat(Unavailable.cluster("gateway b does not answer").retryAfter())
                .isEqualTo(Duration.ofSeconds(1));
        assertThat(Unavailable.shuttingDown().retryAfter()).isEqualTo(Duration.ofSeconds(2));
    }
}

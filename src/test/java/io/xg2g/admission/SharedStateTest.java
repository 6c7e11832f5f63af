package io.xg2g.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SharedStateTest {
    /** Close to the overflow of the monotonic clock. */
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 10);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final SharedState state = new SharedState(registry, nanos::get);

    @Test
    void redisIsAskedAgainAPauseAfterItsFailure() {
        assertThat(state.isUsable()).isTrue();

        state.failed(new TimeoutException());
        nanos.addAndGet(SharedState.PAUSE.toNanos() - 1);
        assertThat(state.isUsable()).isFalse();
        nanos.addAndGet(1);
        assertThat(state.isUsable()).isTrue();

        state.succeeded();
        assertThat(state.isUsable()).isTrue();
    }

    @Test
    void decisionsOfThisGatewayAloneAreCounted() {
        assertThat(registry.get("xg2g.rate.limit.fallbacks").counter().count()).isZero();
        state.fellBack();
        assertThat(registry.get("xg2g.rate.limit.fallbacks").counter().count()).isEqualTo(1);
    }
}

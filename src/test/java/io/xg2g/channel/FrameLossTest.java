package io.xg2g.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.schedule.ManualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FrameLossTest {
    private final ManualTime time = new ManualTime();
    private final FrameLoss loss = new FrameLoss(time::nanoTime);

    @Test
    void framesBeforeTheFirstWindowAreNoLoss() {
        loss.discarded();

        assertThat(loss.isRecent()).isFalse();
    }

    @Test
    void aLossIsRecentForTenSeconds() {
        loss.delivered();
        assertThat(loss.isRecent()).isFalse();

        loss.discarded();
        time.advance(FrameLoss.RECENT.minusMillis(1));
        assertThat(loss.isRecent()).isTrue();

        time.advance(Duration.ofMillis(1));
        assertThat(loss.isRecent()).isFalse();
    }
}

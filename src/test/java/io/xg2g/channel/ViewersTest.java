package io.xg2g.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ViewersTest {
    private final AtomicLong nanos = new AtomicLong();
    private final Viewers viewers = new Viewers(nanos::get);

    @Test
    void aPlayerCountsOnceForAnyNumberOfRequests() {
        viewers.fetched("a");
        viewers.fetched("a");
        viewers.fetched("b");

        assertThat(viewers.count()).isEqualTo(2);
    }

    @Test
    void aPlayerWithoutRequestsExpires() {
        viewers.fetched("a");
        after(16);

        assertThat(viewers.count()).isZero();
        assertThat(viewers.idle()).isEqualTo(Duration.ofSeconds(16));
    }

    @Test
    void aStreamIsNeverIdle() {
        viewers.streamStarted(false);
        after(3600);

        assertThat(viewers.idle()).isZero();
        assertThat(viewers.idleRenditions()).isEqualTo(Duration.ofHours(1));
        assertThat(viewers.count()).isEqualTo(1);
    }

    @Test
    void aPlayerThatWaitsForASegmentIsAViewer() {
        viewers.waitStarted();
        after(60);
        assertThat(viewers.idle()).isZero();
        assertThat(viewers.idleRenditions()).isZero();
        assertThat(viewers.areNone()).isFalse();

        viewers.waitEnded();
        after(5);
        assertThat(viewers.areNone()).isTrue();
        assertThat(viewers.idle()).isEqualTo(Duration.ofSeconds(5));
        assertThat(viewers.idleRenditions()).isEqualTo(Duration.ofSeconds(5));
        assertThat(viewers.count()).isZero();
    }

    @Test
    void idlenessBeginsWhenTheLastStreamEnds() {
        viewers.streamStarted(true);
        after(100);
        assertThat(viewers.idleRenditions()).isZero();
        viewers.streamEnded(true);
        after(5);

        assertThat(viewers.idle()).isEqualTo(Duration.ofSeconds(5));
        assertThat(viewers.idleRenditions()).isEqualTo(Duration.ofSeconds(5));
    }

    private void after(int seconds) {
        nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }
}

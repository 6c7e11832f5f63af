package io.xg2g.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LogRateLimiterTest {
    private static final int MAX = 50;

    private final AtomicLong nanos = new AtomicLong();
    private final LogRateLimiter limiter = new LogRateLimiter(MAX, Duration.ofSeconds(1), nanos::get);

    @Test
    void excessLinesOfASecondAreCountedAndTheNextSecondStartsAnew() {
        assertThat(taken(1000)).isEqualTo(MAX);
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(999));
        assertThat(taken(10)).isZero();
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(1));
        assertThat(taken(10)).isEqualTo(10);

        assertThat(limiter.dropped()).isEqualTo(1010 - MAX);
        assertThat(limiter.dropped()).isZero();
    }

    @Test
    void aWindowWithoutLinesSavesNoneForTheNextOne() {
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
        assertThat(taken(1000)).isEqualTo(MAX);
        assertThat(limiter.isExhausted()).isTrue();

        nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
        assertThat(limiter.isExhausted()).isFalse();
        assertThat(taken(1)).isEqualTo(1);
    }

    private long taken(int asked) {
        return IntStream.range(0, asked).filter(_ -> limiter.tryAcquire()).count();
    }
}

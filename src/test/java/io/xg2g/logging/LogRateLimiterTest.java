package io.xg2g.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LogRateLimiterTest {
    private static final int MOST = 50;

    private final AtomicLong nanos = new AtomicLong();
    private final LogRateLimiter budget = new LogRateLimiter(MOST, Duration.ofSeconds(1), nanos::get);

    @Test
    void whatIsOverInASecondIsCountedAndTheNextSecondHasRoomAgain() {
        assertThat(taken(1000)).isEqualTo(MOST);
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(999));
        assertThat(taken(10)).isZero();
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(1));
        assertThat(taken(10)).isEqualTo(10);

        assertThat(budget.leftOut()).isEqualTo(1010 - MOST);
        assertThat(budget.leftOut()).isZero();
    }

    private long taken(int asked) {
        return IntStream.range(0, asked).filter(_ -> budget.take()).count();
    }
}

package io.xg2g.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bucket4j.Bucket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MonotonicTimeMeterTest {
    private long now = Long.MAX_VALUE;

    @Test
    void aBucketIsRefilledAlsoAfterTheClockHasOverflowed() {
        Bucket bucket = Bucket.builder()
                .addLimit(limit -> limit.capacity(2).refillGreedy(2, Duration.ofNanos(2)))
                .withCustomTimePrecision(new MonotonicTimeMeter(() -> now))
                .build();
        assertThat(bucket.tryConsume(2)).isTrue();

        now++;

        assertThat(bucket.tryConsume(1)).isTrue();
        assertThat(bucket.tryConsume(1)).isFalse();
    }
}

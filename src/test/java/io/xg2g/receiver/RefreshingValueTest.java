package io.xg2g.receiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xg2g.schedule.ManualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RefreshingValueTest {
    private final ManualTime time = new ManualTime();
    private final AtomicInteger fetched = new AtomicInteger();
    private volatile boolean fails;
    private volatile boolean complete = true;
    private final RefreshingValue<Integer> value = new RefreshingValue<>(
            -1,
            last -> {
                int number = fetched.incrementAndGet();
                if (fails) {
                    throw new IOException("no answer");
                }
                return new RefreshingValue.Fetched<>(number, complete);
            },
            Duration.ofMinutes(10),
            time);

    @Test
    void theValueIsFetchedOnTheFirstCall() throws InterruptedException {
        assertThat(value.last()).isEqualTo(-1);
        assertThat(fetched).hasValue(0);
        assertThat(value.get()).isEqualTo(1);
        assertThat(value.get()).isEqualTo(1);
    }

    @Test
    void theOldValueIsReturnedDuringARefresh() throws InterruptedException {
        value.get();
        time.advance(Duration.ofMinutes(10));
        assertThat(value.get()).isBetween(1, 2);
        await().until(() -> value.last() == 2);
    }

    @Test
    void aFailedRefreshKeepsTheValueAndIsRetriedLater() throws InterruptedException {
        value.get();
        fails = true;
        time.advance(Duration.ofMinutes(10));
        value.get();
        await().until(() -> fetched.get() == 2);
        assertThat(value.get()).isEqualTo(1);
        time.advance(Duration.ofSeconds(59));
        assertThat(value.get()).isEqualTo(1);
        assertThat(fetched).hasValue(2);
        fails = false;
        await().until(() -> {
            time.advance(Duration.ofSeconds(1));
            return value.get() >= 3;
        });
    }

    @Test
    void aPartIsUsedAndTheWholeIsFetchedAfterAMinute() throws InterruptedException {
        complete = false;
        assertThat(value.get()).isEqualTo(1);
        assertThat(value.isFetched()).isFalse();
        fails = true;
        time.advance(Duration.ofSeconds(60));
        value.get();
        await().until(() -> fetched.get() == 2);
        fails = false;
        complete = true;
        assertThat(value.get()).isEqualTo(1);

        await().until(() -> {
            time.advance(Duration.ofSeconds(60));
            return value.get() >= 3;
        });

        assertThat(value.isFetched()).isTrue();
    }

    @Test
    void aFailedFirstFetchDoesNotBlockCallers() throws InterruptedException {
        fails = true;
        assertThat(value.get()).isEqualTo(-1);
        assertThat(value.get()).isEqualTo(-1);
        assertThat(fetched).hasValue(1);
        assertThat(value.isFetched()).isFalse();
    }

    @Test
    void aFailedFirstFetchIsRetriedAfterTwoSeconds() throws InterruptedException {
        fails = true;
        value.get();
        fails = false;
        time.advance(Duration.ofMillis(1999));
        assertThat(value.get()).isEqualTo(-1);
        assertThat(fetched).hasValue(1);

        time.advance(Duration.ofMillis(1));
        value.get();

        await().until(value::isFetched);
        assertThat(value.last()).isEqualTo(2);
    }
}

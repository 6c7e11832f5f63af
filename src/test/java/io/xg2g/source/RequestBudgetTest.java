package io.xg2g.source;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RequestBudgetTest {
    private final AtomicLong nanos = new AtomicLong();
    private final RequestBudget budget = new RequestBudget(nanos::get);

    @Test
    void fetchingAllSegmentsAtOnceIsRefused() {
        assertThatCode(() -> take(RequestBudget.BURST)).doesNotThrowAnyException();

        assertThatThrownBy(() -> take(1))
                .isInstanceOf(SourceNotAllowed.class)
                .hasMessageContaining("more than 50 requests a second (200 at once)");
    }

    /** One segment and one playlist of each rendition per second. */
    @Test
    void sixRenditionsWithSegmentsOfASecondStayWithinTheBudget() {
        assertThatCode(() -> {
                    for (int second = 0; second < TimeUnit.DAYS.toSeconds(1); second++) {
                        take(6 * 2);
                        nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
                    }
                    // The full burst is available for another start.
                    take(RequestBudget.BURST);
                })
                .doesNotThrowAnyException();
    }

    private void take(int requests) throws SourceNotAllowed {
        for (int i = 0; i < requests; i++) {
            budget.take();
        }
    }
}

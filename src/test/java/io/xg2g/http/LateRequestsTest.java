package io.xg2g.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LateRequestsTest {
    private static final Duration LONG = Duration.ofHours(1);

    private final LateRequests requests = new LateRequests();

    @Test
    void theStopWaitsForTheLastRequest() throws Exception {
        requests.begin();
        requests.begin();
        CompletableFuture<Void> stop = CompletableFuture.runAsync(() -> requests.await(LONG));
        requests.end();
        assertThat(stop).isNotDone();

        requests.end();

        stop.get(10, TimeUnit.SECONDS);
    }

    @Test
    void theStopDoesNotWaitWithoutRequests() {
        requests.begin();
        requests.end();

        requests.await(LONG);
    }

    @Test
    void theStopDoesNotWaitForARequestThatIsNotAnswered() {
        requests.begin();

        requests.await(Duration.ofMillis(1));
    }
}

package io.xg2g.http;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Requests that arrive while the program stops. Quarkus waits for the requests in progress once, before anything is stopped, and closes
 * all connections when everything has been stopped; what has arrived meanwhile is answered before that. Thread-safe.
 */
@Singleton
class LateRequests {
    /** Follows the limits of connections, which may refuse a request; precedes everything else. */
    private static final int PRIORITY = 900;

    private static final Duration MAX_WAIT = Duration.ofSeconds(1);

    private final AtomicInteger running = new AtomicInteger();
    private final CompletableFuture<Void> answered = new CompletableFuture<>();
    private volatile boolean stopping;

    void register(@Observes Filters filters) {
        filters.register(this::watch, PRIORITY);
    }

    private void watch(RoutingContext exchange) {
        begin();
        exchange.addEndHandler(_ -> end());
        exchange.next();
    }

    void begin() {
        running.incrementAndGet();
    }

    void end() {
        if (running.decrementAndGet() == 0 && stopping) {
            answered.complete(null);
        }
    }

    /** Runs when everything else has been stopped. */
    void stop(@Observes @Priority(Integer.MAX_VALUE) ShutdownEvent event) {
        await(MAX_WAIT);
    }

    /** Waits until no request is in progress, at most for that long; called once. */
    void await(Duration timeout) {
        stopping = true;
        if (running.get() > 0) {
            answered.completeOnTimeout(null, timeout.toNanos(), TimeUnit.NANOSECONDS)
                    .join();
        }
    }
}

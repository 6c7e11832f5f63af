package io.xg2g.delivery;

import io.vertx.ext.web.RoutingContext;
import io.xg2g.channel.LiveSettings;
import io.xg2g.http.ResponseEnd;
import io.xg2g.problem.ProblemType;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Limit on the number of open continuous streams per client. Thread-safe. */
@Singleton
public class ClientStreams {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

    private final int max;
    private final Map<String, Integer> open = new ConcurrentHashMap<>();

    @Inject
    ClientStreams(LiveSettings settings) {
        this(settings.maxStreamsPerClient());
    }

    ClientStreams(int max) {
        this.max = max;
    }

    /**
     * Counts one more stream of the client until its response ends.
     *
     * @return the end of the response
     * @throws io.xg2g.problem.ProblemException if the limit is reached
     */
    public ResponseEnd admit(String client, RoutingContext exchange) {
        if (!enter(client)) {
            throw ProblemType.TOO_MANY_STREAMS
                    .with("the client has " + max
                            + " continuous streams open; the limit is xg2g.live.max-streams-per-client")
                    .retryAfter(RETRY_AFTER)
                    .asException();
        }
        ResponseEnd end = ResponseEnd.of(exchange);
        end.then(() -> leave(client));
        return end;
    }

    /** Counts one more stream of the client until {@link #leave}; returns false if the limit is reached. */
    boolean enter(String client) {
        if (open.merge(client, 1, Integer::sum) > max) {
            leave(client);
            return false;
        }
        return true;
    }

    void leave(String client) {
        open.computeIfPresent(client, (_, count) -> count == 1 ? null : count - 1);
    }
}

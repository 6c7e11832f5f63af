package io.xg2g.http;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import jakarta.inject.Singleton;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Bounds the meters of HTTP servers, and drops those of servers that listen on a random port (configured as 0).
 *
 * <p>Quarkus has a set of meters for each server, told apart by the tag {@code server.port}, which it leaves out where the
 * port is random. Without it the meters of two such servers are the same; and beside those of a server with a fixed port
 * Prometheus refuses them, upon which that server never listens and the start never ends.
 *
 * <p>A request that is reset before its answer is counted under the method and path that its client has written, past
 * {@link RequestLabels}: it counts only where the same path was answered before. The registry keeps what a filter maps to
 * another name under both, and nothing of what a filter denies. Thread-safe.
 */
@Singleton
final class ServerMeters implements MeterFilter {
    static final String REQUESTS = "http.server.requests";

    /** Paths without parameters that were answered; the program has about 30. */
    private static final int MOST_PATHS = 200;

    private static final Set<String> PER_SERVER = Set.of(
            "http.server.bytes.read",
            "http.server.bytes.written",
            "http.server.connections",
            "http.server.active.connections",
            "http.server.active.requests",
            "http.server.errors");

    private final Set<String> answered = ConcurrentHashMap.newKeySet();

    @Override
    public MeterFilterReply accept(Meter.Id id) {
        boolean denied = id.getName().equals(REQUESTS)
                ? !isBounded(id)
                : PER_SERVER.contains(id.getName()) && id.getTag("server.port") == null;
        return denied ? MeterFilterReply.DENY : MeterFilterReply.NEUTRAL;
    }

    private boolean isBounded(Meter.Id id) {
        String uri = Objects.requireNonNullElse(id.getTag("uri"), "");
        String method = Objects.requireNonNullElse(id.getTag("method"), "");
        if (!RequestLabels.isBounded(method)) {
            return false;
        }
        if (!uri.startsWith("/") || uri.indexOf('{') >= 0 || answered.contains(uri)) {
            return true;
        }
        boolean reset = "RESET".equals(id.getTag("status"));
        return !reset && answered.size() < MOST_PATHS && answered.add(uri);
    }
}

package io.xg2g.http;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import jakarta.inject.Singleton;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Meter filter that bounds the meters of HTTP servers, and drops those of servers on a random port (configured as 0).
 *
 * <p>Quarkus registers a set of meters for each server, distinguished by the tag {@code server.port}, which is missing
 * for a random port. The meters of two such servers would be the same; and Prometheus rejects them beside those of a
 * server with a fixed port, which then never listens, so that the start hangs.
 *
 * <p>A request that is reset before its response is counted with the method and path that the client sent, bypassing
 * {@link RequestLabels}: it counts only if the path was answered before. The registry retains what a filter maps to
 * another name under both names, and nothing of what a filter denies. Thread-safe.
 */
@Singleton
final class ServerMeters implements MeterFilter {
    static final String REQUESTS = "http.server.requests";

    /** Maximum number of answered paths without parameters; the program has about 30. */
    private static final int MAX_PATHS = 200;

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
        return !reset && answered.size() < MAX_PATHS && answered.add(uri);
    }
}

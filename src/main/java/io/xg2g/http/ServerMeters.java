package io.xg2g.http;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import jakarta.inject.Singleton;
import java.util.Set;

/**
 * Drops the meters of HTTP servers that listen on a random port (configured as 0).
 *
 * <p>Quarkus has a set of meters for each server, told apart by the tag {@code server.port}, which it leaves out where the
 * port is random. Without it the meters of two such servers are the same; and beside those of a server with a fixed port
 * Prometheus refuses them, upon which that server never listens and the start never ends.
 */
@Singleton
final class ServerMeters implements MeterFilter {
    private static final Set<String> PER_SERVER = Set.of(
            "http.server.bytes.read",
            "http.server.bytes.written",
            "http.server.connections",
            "http.server.active.connections",
            "http.server.active.requests",
            "http.server.errors");

    @Override
    public MeterFilterReply accept(Meter.Id id) {
        return PER_SERVER.contains(id.getName()) && id.getTag("server.port") == null
                ? MeterFilterReply.DENY
                : MeterFilterReply.NEUTRAL;
    }
}

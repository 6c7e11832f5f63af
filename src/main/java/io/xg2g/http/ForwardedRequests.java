package io.xg2g.http;

import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import java.net.InetAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Marks of requests that gateways of a cluster forward to each other. They are in the Vert.x context of the request, of which each
 * request has its own; no header of a client sets them.
 */
public final class ForwardedRequests {
    private static final String CLIENT = ForwardedRequests.class.getName() + ".client";
    private static final String SENT = ForwardedRequests.class.getName() + ".sent";

    private ForwardedRequests() {}

    /**
     * Other end of a client's connection.
     *
     * @param address as text; {@code null} for a Unix socket
     * @param encrypted whether the connection uses TLS
     */
    public record Client(@Nullable String address, boolean encrypted) {

        /** Returns the client of a request: of its connection, or of the one to the gateway that has forwarded the request. */
        public static Client of(HttpServerRequest request) {
            return forwarded(request)
                    .orElseGet(() -> new Client(
                            request.connection().remoteAddress().hostAddress(),
                            request.connection().isSsl()));
        }

        /** Returns the address; {@code null} for a Unix socket. */
        @Nullable InetAddress inetAddress() {
            return address == null ? null : AddressBlock.literal(address);
        }
    }

    /** Records the client of a request that another gateway has forwarded; only after its signature was checked. */
    public static void received(HttpServerRequest request, Client client) {
        context(request).putLocal(CLIENT, client);
    }

    /** Returns the client of a request that another gateway has forwarded; empty for any other request. */
    public static Optional<Client> forwarded(HttpServerRequest request) {
        return Optional.ofNullable(context(request).getLocal(CLIENT));
    }

    /** Records that another gateway answers a request. */
    public static void sent(HttpServerRequest request) {
        context(request).putLocal(SENT, true);
    }

    /** Returns whether another gateway answers a request. */
    static boolean isSent(HttpServerRequest request) {
        return context(request).getLocal(SENT) != null;
    }

    private static Context context(HttpServerRequest request) {
        return ((HttpServerRequestInternal) request).context();
    }
}

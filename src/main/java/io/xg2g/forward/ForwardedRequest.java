package io.xg2g.forward;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.core.http.impl.HttpServerRequestWrapper;
import io.vertx.core.net.SocketAddress;
import io.xg2g.http.ForwardedRequests;

/** Request that another gateway has forwarded, for what reads the client from the request: the access log, CORS, traces. */
final class ForwardedRequest extends HttpServerRequestWrapper {
    private final ForwardedRequests.Client client;

    ForwardedRequest(HttpServerRequest request, ForwardedRequests.Client client) {
        super((HttpServerRequestInternal) request);
        this.client = client;
    }

    @Override
    public SocketAddress remoteAddress() {
        String address = client.address();
        return address == null ? super.remoteAddress() : SocketAddress.inetSocketAddress(0, address);
    }

    @Override
    public String scheme() {
        return client.encrypted() ? "https" : "http";
    }

    @Override
    public boolean isSSL() {
        return client.encrypted();
    }
}

package io.xg2g.cluster;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.tracing.TracingPolicy;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import org.jspecify.annotations.Nullable;

/** HTTP client for the ports of the other members; one for all that this program asks them. Thread-safe. */
@ApplicationScoped
public class InnerClient {
    /** Of one member: each unit that it encodes, and each response that it forwards, has a connection of its own. */
    private static final int CONNECTIONS = 10_000;

    private static final int CONNECT_MILLIS = 2_000;

    private final Signatures signatures;
    private final HttpClient http;

    /** Creates one. */
    public InnerClient(Vertx vertx, Signatures signatures) {
        this.signatures = signatures;
        this.http = vertx.createHttpClient(new HttpClientOptions()
                .setMaxPoolSize(CONNECTIONS)
                .setConnectTimeout(CONNECT_MILLIS)
                .setTcpNoDelay(true)
                .setTracingPolicy(TracingPolicy.PROPAGATE));
    }

    /**
     * Opens a signed request.
     *
     * @param uri path with query
     * @param forwarded value of {@value Signatures#FORWARDED}, or {@code null}
     */
    public Future<HttpClientRequest> request(
            HttpMethod method, String host, int port, String uri, @Nullable String forwarded) {
        RequestOptions options = new RequestOptions()
                .setMethod(method)
                .setHost(host)
                .setPort(port)
                .setURI(uri);
        options.putHeader(Signatures.HEADER, signatures.header(method.name(), uri, forwarded));
        if (forwarded != null) {
            options.putHeader(Signatures.FORWARDED, forwarded);
        }
        return http.request(options);
    }

    /** Opens a request to a {@linkplain Signatures#url signed URL}, which is absolute. */
    public Future<HttpClientRequest> request(HttpMethod method, String url) {
        return http.request(new RequestOptions().setMethod(method).setAbsoluteURI(url));
    }

    /** Closes all connections. */
    @PreDestroy
    void close() {
        http.close();
    }
}
